import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { TerminalTracker, type TrackedTerminal } from "../../../../src/chat/page/terminalTracker";
import { Emitter } from "../../../../src/lifecycle";

suite("a shell waits in a terminal", () => {
  const terminal = (more: Partial<TrackedTerminal> = {}): TrackedTerminal => ({
    ...{ exitStatus: undefined, shellIntegration: {}, state: { shell: "bash" } },
    ...more,
  });

  function watched() {
    const [opened, started, ended] = [
      new Emitter<TrackedTerminal>(),
      new Emitter<{ terminal: TrackedTerminal }>(),
      new Emitter<{ terminal: TrackedTerminal }>(),
    ];
    const watch = new TerminalTracker<TrackedTerminal>({
      onDidOpenTerminal: opened.event,
      onDidStartTerminalShellExecution: started.event,
      onDidEndTerminalShellExecution: ended.event,
    });
    return { watch, opened, started, ended };
  }

  test("from its beginning, and between commands", () => {
    const { watch, opened, started, ended } = watched();
    const shell = terminal();
    opened.fire(shell);
    assert.equal(watch.isIdle(shell), true);
    started.fire({ terminal: shell });
    assert.equal(watch.isIdle(shell), false);
    ended.fire({ terminal: shell });
    assert.equal(watch.isIdle(shell), true);
    watch.dispose();
  });

  test("or not: nobody knows of one that was there before, until a command ends", () => {
    const { watch, ended } = watched();
    const shell = terminal();
    assert.equal(watch.isIdle(shell), undefined);
    ended.fire({ terminal: shell });
    assert.equal(watch.isIdle(shell), true);
    watch.dispose();
  });

  test("or not: a shell that tells nothing, an interpreter, one that has ended", () => {
    const { watch, opened } = watched();
    const silent = terminal({ shellIntegration: undefined });
    const python = terminal({ state: { shell: "python" } });
    const over = terminal({ exitStatus: { code: 0 } });
    for (const each of [silent, python, over]) opened.fire(each);
    assert.deepEqual(
      [silent, python, over].map((each) => watch.isIdle(each)),
      [undefined, false, false],
    );
    watch.dispose();
  });
});
