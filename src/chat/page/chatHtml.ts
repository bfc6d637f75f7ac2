/** What the page's frame is made of; all of it comes from VS Code and the build, nothing from a conversation. */
export interface ChatHtmlOptions {
  script: string;
  style: string;
  /** `webview.cspSource`. */
  cspSource: string;
  /** New for each page. */
  nonce: string;
  language: string;
  /** Translations by their English words, as `vscode.l10n.bundle` has them. */
  translations: Readonly<Record<string, unknown>> | undefined;
}

/**
 * The page. Its policy lets in the build's script, style and font, and pictures that are given as data or come from the
 * extension's own folders: an answer can neither run nor fetch anything.
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
