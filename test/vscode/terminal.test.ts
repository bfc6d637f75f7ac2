import assert from "node:assert/strict";
import * as vscode from "vscode";
import { insertIntoTerminal } from "../../src/chat/page/useCode";
import { TerminalTracker } from "../../src/chat/page/terminalTracker";
import { waitFor } from "./waitFor";
import { withStubs } from "./withStubs";

describe("Inserting a command into a terminal", () => {
  const { window } = vscode;
  let tracker: TerminalTracker<vscode.Terminal>;

  beforeEach(() => (tracker = new TerminalTracker(window)));
  afterEach(async () => {
    tracker.dispose();
    for (const terminal of window.terminals) terminal.dispose();
    await waitFor(() => window.terminals.length === 0, window.onDidCloseTerminal);
  });

  const terminalNames = (): string[] => window.terminals.map(({ name }) => name);

  /** Opens and activates a terminal whose shell reports when commands start and end. */
  async function openShell(): Promise<{ terminal: vscode.Terminal; integration: vscode.TerminalShellIntegration }> {
    const terminal = window.createTerminal({ name: "shell", shellPath: "/bin/bash" });
    terminal.show();
    const integration = await waitFor(() => terminal.shellIntegration, window.onDidChangeTerminalShellIntegration);
    await waitFor(() => window.activeTerminal === terminal, window.onDidChangeActiveTerminal);
    return { terminal, integration };
  }

  test("uses the active terminal if its shell is idle", async () => {
    await openShell();
    await insertIntoTerminal("echo hello", tracker);
    assert.deepEqual(terminalNames(), ["shell"]);
  });

  test("opens a new terminal if a program is running in the active one", async () => {
    const { terminal, integration } = await openShell();
    const started = waitFor(() => tracker.isIdle(terminal) === false, window.onDidStartTerminalShellExecution);
    integration.executeCommand("cat");
    await started;
    await insertIntoTerminal("echo hello", tracker);
    await waitFor(() => window.activeTerminal !== terminal, window.onDidChangeActiveTerminal);
    assert.equal(window.terminals.length, 2);
  });

  test("asks the user if it is unknown whether a program is running", async () => {
    await openShell();
    const lateTracker = new TerminalTracker(window);
    const offered: string[][] = [];
    const showQuickPick = (items: readonly vscode.QuickPickItem[]): Promise<vscode.QuickPickItem | undefined> => {
      offered.push(items.map(({ label }) => label));
      return Promise.resolve(items[1]);
    };
    await withStubs(window, { showQuickPick }, () => insertIntoTerminal("echo hello", lateTracker));
    lateTracker.dispose();
    assert.deepEqual(offered, [["$(add) New Terminal", "$(terminal) shell"]]);
    assert.deepEqual(terminalNames(), ["shell"]);
  });
});
