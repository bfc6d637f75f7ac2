/** All values come from VS Code and the build, none from a conversation. */
export interface ChatHtmlOptions {
  script: string;
  style: string;
  /** `webview.cspSource`. */
  cspSource: string;
  /** A new random value for each page. */
  nonce: string;
  language: string;
  /** Translations by English text, as in `vscode.l10n.bundle`. */
  translations: Readonly<Record<string, unknown>> | undefined;
}

/**
 * The HTML of the chat page. Its content security policy allows the script, style, and font of the build, and images that are
 * data URLs or in the extension's own folders. So an answer can neither run nor load anything.
 */
export function chatHtml({ script, style, cspSource, nonce, language, translations }: ChatHtmlOptions): string {
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${cspSource}`,
    `font-src ${cspSource}`,
    `img-src ${cspSource} data: blob:`,
    "form-action 'none'",
    "base-uri 'none'",
  ].join("; ");
  const bundle = JSON.stringify(translations ?? {}).replaceAll("<", "\\u003c");
  return `<!DOCTYPE html>
<html lang="${language.replace(/[^\w-]/g, "")}">
  <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="${policy}">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <link rel="stylesheet" href="${style}">
    <title>Free Models</title>
  </head>
  <body>
    <div id="chat"></div>
    <script type="application/json" id="translations">${bundle}</script>
    <script type="module" nonce="${nonce}" src="${script}"></script>
  </body>
</html>
`;
}
