import * as vscode from "vscode";
import { abortSignal } from "../lifecycle";
import { commands } from "../manifest";
import type { ConnectionFix, ConnectionFinding } from "./connectionProblem";
import { showInformation, showWarning, withProgress } from "../notifications";

export interface TestConnectionCommandDependencies {
  /** Rejects only if `signal` aborts. */
  test(signal: AbortSignal): Promise<ConnectionFinding>;
  /** Uses up one request. */
  trialCompletion(signal: AbortSignal): Promise<ConnectionFinding>;
  useTransport(transport: "vscode" | "undici"): Promise<unknown>;
}

/** Runs *Test Connection*: shows a cancellable progress notification, then the finding with a button that fixes the problem. */
export async function runConnectionTest(dependencies: TestConnectionCommandDependencies): Promise<void> {
  let next: ((signal: AbortSignal) => Promise<ConnectionFinding>) | undefined = (signal) => dependencies.test(signal);
  while (next) {
    const finding = await runWithProgress(next);
    next = finding && (await showFinding(finding)) ? await applyFix(finding.fix, dependencies) : undefined;
  }
}

async function runWithProgress(
  run: (signal: AbortSignal) => Promise<ConnectionFinding>,
): Promise<ConnectionFinding | undefined> {
  const title = vscode.l10n.t("Testing the connection to OpenRouter…");
  return withProgress(title, async (_report, token) => {
    const cancellation = abortSignal(token);
    try {
      return await run(cancellation.signal);
    } catch (error) {
      if (cancellation.signal.aborted) return undefined;
      throw error;
    } finally {
      cancellation.dispose();
    }
  });
}

/** Resolves to whether the user pressed the button that fixes the problem. */
async function showFinding({ ok, sentence, label }: ConnectionFinding): Promise<boolean> {
  const showLog = vscode.l10n.t("Show Log");
  const pressed = ok ? await showInformation(sentence, label) : await showWarning(sentence, label, showLog);
  if (pressed === showLog) await vscode.commands.executeCommand(commands.showLog);
  return pressed === label;
}

/** Applies the fix. Resolves to the test to run next, if any. */
async function applyFix(
  fix: ConnectionFix,
  dependencies: TestConnectionCommandDependencies,
): Promise<((signal: AbortSignal) => Promise<ConnectionFinding>) | undefined> {
  const testAgain = (signal: AbortSignal): Promise<ConnectionFinding> => dependencies.test(signal);
  switch (fix.do) {
    case "test-again":
      return testAgain;
    case "ask-model":
      return (signal) => dependencies.trialCompletion(signal);
    case "use-direct":
      await dependencies.useTransport("undici");
      return testAgain;
    case "use-vscode":
      await dependencies.useTransport("vscode");
      return testAgain;
    case "sign-in":
      return (await vscode.commands.executeCommand(commands.signIn)) === true ? testAgain : undefined;
    case "set-key":
      return (await vscode.commands.executeCommand(commands.setApiKey)) === true ? testAgain : undefined;
    case "choose-order":
      return (await vscode.commands.executeCommand(commands.chooseServiceOrder)) === true ? testAgain : undefined;
    case "open-chat":
      await vscode.commands.executeCommand(commands.openChat);
      return undefined;
    case "open-setting":
      await vscode.commands.executeCommand("workbench.action.openSettings", `@id:${fix.id}`);
      return undefined;
    case "open-link":
      await vscode.env.openExternal(vscode.Uri.parse(fix.url, true));
      return undefined;
  }
}
