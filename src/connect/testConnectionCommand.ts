import * as vscode from "vscode";
import { abortSignal } from "../lifecycle";
import { commands } from "../manifest";
import type { ConnectionFix, ConnectionFinding } from "./connectionProblem";
import { showInformation, showWarning } from "../notifications";

export interface TestConnectionCommandDependencies {
  /** Rejects only when stopped. */
  test(signal: AbortSignal): Promise<ConnectionFinding>;
  /** Spends one request. */
  trialCompletion(signal: AbortSignal): Promise<ConnectionFinding>;
  useTransport(transport: "vscode" | "undici"): Promise<unknown>;
}

/** *Test Connection*: a test that can be cancelled, what it found in a sentence, and one button that helps. */
export async function runConnectionTest(dependencies: TestConnectionCommandDependencies): Promise<void> {
  let next: ((signal: AbortSignal) => Promise<ConnectionFinding>) | undefined = (signal) => dependencies.test(signal);
  while (next) {
    const finding = await withProgress(next);
    next = finding && (await tell(finding)) ? await cured(finding.cure, dependencies) : undefined;
  }
}

async function withProgress(
  run: (signal: AbortSignal) => Promise<ConnectionFinding>,
): Promise<ConnectionFinding | undefined> {
  const title = vscode.l10n.t("Testing the connection to OpenRouter…");
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  return vscode.window.withProgress(options, async (_, token) => {
    const stop = abortSignal(token);
    try {
      return await run(stop.signal);
    } catch (error) {
      if (stop.signal.aborted) return undefined;
      throw error;
    } finally {
      stop.dispose();
    }
  });
}

/** Resolves to whether the user wants the cure. */
async function tell({ ok, sentence, label }: ConnectionFinding): Promise<boolean> {
  const log = vscode.l10n.t("Show Log");
  const answer = ok ? await showInformation(sentence, label) : await showWarning(sentence, label, log);
  if (answer === log) await vscode.commands.executeCommand(commands.showLog);
  return answer === label;
}

/** Does the one thing; resolves to what is to be tested afterwards. */
async function cured(
  cure: ConnectionFix,
  dependencies: TestConnectionCommandDependencies,
): Promise<((signal: AbortSignal) => Promise<ConnectionFinding>) | undefined> {
  const again = (signal: AbortSignal): Promise<ConnectionFinding> => dependencies.test(signal);
  switch (cure.do) {
    case "test-again":
      return again;
    case "ask-model":
      return (signal) => dependencies.trialCompletion(signal);
    case "use-direct":
      await dependencies.useTransport("undici");
      return again;
    case "use-vscode":
      await dependencies.useTransport("vscode");
      return again;
    case "sign-in":
      return (await vscode.commands.executeCommand(commands.signIn)) === true ? again : undefined;
    case "set-key":
      return (await vscode.commands.executeCommand(commands.setApiKey)) === true ? again : undefined;
    case "open-chat":
      await vscode.commands.executeCommand(commands.openChat);
      return undefined;
    case "open-setting":
      await vscode.commands.executeCommand("workbench.action.openSettings", `@id:${cure.id}`);
      return undefined;
    case "open-link":
      await vscode.env.openExternal(vscode.Uri.parse(cure.url, true));
      return undefined;
  }
}
