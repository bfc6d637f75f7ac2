import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { TerminalTracker, type TrackedTerminal } from "../../../../src/chat/page/terminalTracker";
import { Emitter } from "../../../../src/lifecycle";

describe("TerminalTracker", () => {
  const terminal = (more: Partial<TrackedTerminal> = {}): TrackedTerminal => ({
    ...{ exitStatus: undefined, shellIntegration: {}, state: { shell: "bash" } },
    ...more,
  });

  function open() {
    const [opened, started, ended] = [
      new Emitter<TrackedTerminal>(),
      new Emitter<{ terminal: TrackedTerminal }>(),
      new Emitter<{ terminal: TrackedTerminal }>(),
    ];
    const tracker = new TerminalTracker<TrackedTerminal>({
      onDidOpenTerminal: opened.event,
      onDidStartTerminalShellExecution: started.event,
      onDidEndTerminalShellExecution: ended.event,
    });
    return { tracker, opened, started, ended };
  }

  test("reports a new terminal as idle, except while a command is running", () => {
    const { tracker, opened, started, ended } = open();
    const shell = terminal();
    opened.fire(shell);
    assert.equal(tracker.isIdle(shell), true);
    started.fire({ terminal: shell });
    assert.equal(tracker.isIdle(shell), false);
    ended.fire({ terminal: shell });
    assert.equal(tracker.isIdle(shell), true);
    tracker.dispose();
  });

  test("does not know the state of an older terminal until a command ends", () => {
    const { tracker, ended } = open();
    const shell = terminal();
    assert.equal(tracker.isIdle(shell), undefined);
    ended.fire({ terminal: shell });
    assert.equal(tracker.isIdle(shell), true);
    tracker.dispose();
  });

  test("never reports terminals without shell integration, interpreters, or ended terminals as idle", () => {
    const { tracker, opened } = open();
    const noIntegration = terminal({ shellIntegration: undefined });
    const python = terminal({ state: { shell: "python" } });
    const ended = terminal({ exitStatus: { code: 0 } });
    for (const each of [noIntegration, python, ended]) opened.fire(each);
    assert.deepEqual(
      [noIntegration, python, ended].map((each) => tracker.isIdle(each)),
      [undefined, false, false],
    );
    tracker.dispose();
  });
});
