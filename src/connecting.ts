import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import { keyIn, type ApiKey } from "./config/apiKey";
import { askApiKey } from "./config/askApiKey";
import { callbackUrl, isCallback } from "./config/callbackUrl";
import { checkKey } from "./config/checkKey";
import { keepUnlessRefused } from "./config/keptKey";
import type { Settings } from "./config/settings";
import { SignIn } from "./config/signIn";
import { openSignInBox } from "./config/signInBox";
import type { Disposable } from "./lifecycle";
import { commands } from "./manifest";
import { exchangeCode, signInPage, type Log } from "./router/index";

export interface ConnectingWorld {
  context: vscode.ExtensionContext;
  settings: Settings;
  apiKey: ApiKey;
  fetch: typeof fetch;
  log: Log;
}

/** The way to a key, and to OpenRouter. */
export interface Connecting extends Disposable {
  /** Resolves to whether there is a key afterwards. */
  signIn(): Promise<boolean>;
  /** Takes what a browser brought back. */
  comeBack(uri: vscode.Uri): void;
  setApiKey(): Promise<boolean>;
}

/** Sign-in and key: loaded when one is wanted. */
export function openConnecting({ context, settings, apiKey, fetch, log }: ConnectingWorld): Connecting {
  l10n.config({ contents: vscode.l10n.bundle ?? {} });
  const check = (key: string): Promise<void> => checkKey(key, settings.router, fetch);
  const signIn = new SignIn({
    openScreen: openSignInBox,
    callbackUrl: (nonce) => callbackUrl(context.extension.id, nonce),
    openPage: async (challenge, callback) => {
      const label = `Free Models Router (${vscode.env.appName})`;
      const page = signInPage(settings.router, { challenge, callbackUrl: callback, label });
      // VS Code takes a string too and keeps it; a Uri would spoil the address within the address (microsoft/vscode#85930).
      return vscode.env.openExternal(page as unknown as vscode.Uri);
    },
    exchange: (code, verifier, signal) =>
      exchangeCode(fetch, settings.router, { code, verifier, signal, now: Date.now() }),
    keep: (key, cancelled) => keepUnlessRefused(apiKey, keyIn(key), check, cancelled),
  });

  return {
    signIn: () => signIn.start(),
    comeBack(uri) {
      if (!isCallback(uri)) log.warn(`VS Code was asked to open ${uri.path}, which is nothing of ours.`);
      else if (!signIn.receive(uri.query)) void tellOver();
    },
    setApiKey: () => askApiKey(apiKey, check),
    dispose: () => signIn.dispose(),
  };
}

/** Another window asked, or it was cancelled, or this came a second time. */
async function tellOver(): Promise<void> {
  const again = vscode.l10n.t("Sign In");
  const sentence = vscode.l10n.t(
    "No sign-in of this window waits for that answer: it is over, or was begun in another window.",
  );
  if ((await vscode.window.showWarningMessage(sentence, again)) === again)
    await vscode.commands.executeCommand(commands.signIn);
}
