import * as vscode from "vscode";

/** Where VS Code hands us what a browser brings back. */
const callbackPath = "/signed-in";

/**
 * The address that leads a browser back to this window; `undefined` where OpenRouter would not go there: it takes https, and http only on
 * the browser's own machine. (Custom schemes are in none of its documents, and work.)
 */
export async function callbackUrl(extensionId: string, nonce: string): Promise<string | undefined> {
  const { uriScheme: scheme } = vscode.env;
  const inside = vscode.Uri.from({ scheme, authority: extensionId, path: callbackPath, query: `nonce=${nonce}` });
  const outside = await vscode.env.asExternalUri(inside);
  if (!/^https?$/.test(outside.scheme)) return outside.scheme === scheme ? outside.toString(true) : undefined;
  const local = /^(localhost|127\.0\.0\.1)(:\d+)?$/.test(outside.authority);
  return outside.scheme === "https" || local ? outside.toString(true) : undefined;
}

/** Whether VS Code was asked to open what `callbackUrl` made. */
export function isCallback(uri: vscode.Uri): boolean {
  return uri.path === callbackPath;
}
