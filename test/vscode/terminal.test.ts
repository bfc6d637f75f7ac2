import assert from "node:assert/strict";
import * as vscode from "vscode";
import { insertIntoTerminal } from "../../src/chat/page/useCode";
import { TerminalTracker } from "../../src/chat/page/terminalTracker";
import { seen } from "./suiteSetup";

suite("A command that is typed into the terminal", () => {
  const { window } = vscode;
  let watch: TerminalTracker<vscode.Terminal>;

  setup(() => (watch = new TerminalTracker(window)));
  teardown(async () => {
    watch.dispose();
    for (const terminal of window.terminals) terminal.dispose();
    await seen(() => window.terminals.length === 0, window.onDidCloseTerminal);
  });

  const names = (): string[] => window.terminals.map(({ name }) => name);

  /** A terminal with a shell that tells what it does, in front. */
  async function shell(): Promise<{ terminal: vscode.Terminal; integration: vscode.TerminalShellIntegration }> {
    const terminal = window.createTerminal({ name: "shell", shellPath: "/bin/bash" });
    terminal.show();
    const integration = await seen(() => terminal.shellIntegration, window.onDidChangeTerminalShellIntegration);
    await seen(() => window.activeTerminal === terminal, window.onDidChangeActiveTerminal);
    return { terminal, integration };
  }

  test("goes where a shell waits", async () => {
    await shell();
    await insertIntoTerminal("echo hello", watch);
    assert.deepEqual(names(), ["shell"]);
  });

  test("goes into a new one where something runs that would take it", async () => {
    const { terminal, integration } = await shell();
    const started = seen(() => watch.isIdle(terminal) === false, window.onDidStartTerminalShellExecution);
    integration.executeCommand("cat");
    await started;
    await insertIntoTerminal("echo hello", watch);
    await seen(() => window.activeTerminal !== terminal, window.onDidChangeActiveTerminal);
    assert.equal(window.terminals.length, 2);
  });

  test("goes where the user says, if nobody can tell what runs there", async () => {
    await shell();
    const late = new TerminalTracker(window);
    const { showQuickPick } = window;
    const asked: string[][] = [];
    const choose = (items: readonly vscode.QuickPickItem[]): Promise<vscode.QuickPickItem | undefined> => {
      asked.push(items.map(({ label }) => label));
      return Promise.resolve(items[1]);
    };
    Object.assign(window, { showQuickPick: choose });
    try {
      await insertIntoTerminal("echo hello", late);
    } finally {
      Object.assign(window, { showQuickPick });
      late.dispose();
    }
    assert.deepEqual(asked, [["$(add) New Terminal", "$(terminal) shell"]]);
    assert.deepEqual(names(), ["shell"]);
  });
});
