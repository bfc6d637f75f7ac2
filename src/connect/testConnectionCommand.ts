import * as vscode from "vscode";
import { abortSignal } from "../lifecycle";
import { commands } from "../manifest";
import type { ConnectionFix, ConnectionFinding } from "./connectionFinding";
import { showInformation, showWarning, withProgress } from "../notifications";
import type { ServiceUse } from "../router/index";

export interface TestConnectionCommandDependencies {
  /** Whether other services than OpenRouter are tested too. */
  hasOtherServices: boolean;
  /** The finding of each service in use. Rejects only if `signal` aborts. */
  test(signal: AbortSignal): Promise<readonly ConnectionFinding[]>;
  /** Uses up one request. */
  trialCompletion(signal: AbortSignal): Promise<ConnectionFinding>;
  useTransport(transport: "vscode" | "undici"): Promise<unknown>;
  /** Asks for the key of a service. Resolves to whether one was saved. */
  enterKey(use: ServiceUse): Promise<boolean>;
}

type Test = (signal: AbortSignal) => Promise<readonly ConnectionFinding[]>;

/** Runs *Test Connection*: shows a cancellable progress notification, then the findings with a button that fixes each problem. */
export async function runConnectionTest(dependencies: TestConnectionCommandDependencies): Promise<void> {
  const title = dependencies.hasOtherServices
    ? vscode.l10n.t("Testing the connection to each service…")
    : vscode.l10n.t("Testing the connection to OpenRouter…");
  let next: Test | undefined = (signal) => dependencies.test(signal);
  while (next) {
    const findings = await runWithProgress(title, next);
    const fix = findings && (await showFindings(findings));
    next = fix && (await applyFix(fix, dependencies));
  }
}

async function runWithProgress(title: string, run: Test): Promise<readonly ConnectionFinding[] | undefined> {
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

/** Shows what is right and wrong with each service, and a button for each problem, or for what to do next. Resolves to its action. */
async function showFindings(findings: readonly ConnectionFinding[]): Promise<ConnectionFix | undefined> {
  const showLog = vscode.l10n.t("Show Log");
  const text = findings.map(({ sentence }) => sentence).join(" ");
  const problems = findings.filter(({ ok }) => !ok);
  const offered = problems.length > 0 ? problems : findings;
  const labels = [...new Set(offered.map(({ label }) => label))];
  const pressed =
    problems.length > 0 ? await showWarning(text, ...labels, showLog) : await showInformation(text, ...labels);
  if (pressed === showLog) await vscode.commands.executeCommand(commands.showLog);
  return offered.find(({ label }) => label === pressed)?.fix;
}

/** Applies the fix. Resolves to the test to run next, if any. */
async function applyFix(
  fix: ConnectionFix,
  dependencies: TestConnectionCommandDependencies,
): Promise<Test | undefined> {
  const testAgain: Test = (signal) => dependencies.test(signal);
  switch (fix.do) {
    case "test-again":
      return testAgain;
    case "ask-model":
      return async (signal) => [await dependencies.trialCompletion(signal)];
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
    case "enter-key":
      return (await dependencies.enterKey(fix.use)) ? testAgain : undefined;
    case "use-local-models":
      return (await vscode.commands.executeCommand(commands.useLocalModels)) === true ? testAgain : undefined;
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
