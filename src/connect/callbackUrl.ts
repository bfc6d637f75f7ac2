import * as vscode from "vscode";

/** The path of the URI that VS Code passes to this extension after sign-in. */
const callbackPath = "/signed-in";

/**
 * The URL that returns a browser to this window, or `undefined` if OpenRouter does not redirect there: it accepts https, and http only for
 * localhost. (Custom schemes such as `vscode:` are not in its documentation but work.)
 */
export async function callbackUrl(extensionId: string, nonce: string): Promise<string | undefined> {
  const { uriScheme: scheme } = vscode.env;
  const internalUri = vscode.Uri.from({ scheme, authority: extensionId, path: callbackPath, query: `nonce=${nonce}` });
  const externalUri = await vscode.env.asExternalUri(internalUri);
  if (!/^https?$/.test(externalUri.scheme))
    return externalUri.scheme === scheme ? externalUri.toString(true) : undefined;
  const isLocalhost = /^(localhost|127\.0\.0\.1)(:\d+)?$/.test(externalUri.authority);
  return externalUri.scheme === "https" || isLocalhost ? externalUri.toString(true) : undefined;
}

/** Whether a URI was created by `callbackUrl`. */
export function isCallback(uri: vscode.Uri): boolean {
  return uri.path === callbackPath;
}
