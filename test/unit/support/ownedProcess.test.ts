import assert from "node:assert/strict";
import { once } from "node:events";
import { describe, test } from "node:test";
import { runOwned, startOwned } from "../../support/ownedProcess";

/** A program that starts a child process with the same output pipe. Both run forever. */
const processTree = `
  const forever = "setInterval(() => {}, 1e9)";
  require("node:child_process").spawn(process.execPath, ["-e", forever], { stdio: "inherit" });
  console.log("both are running");
  eval(forever);`;

describe("an owned process", () => {
  test("ends together with its child processes", async () => {
    const program = startOwned(process.execPath, ["-e", processTree]);
    await once(program.child.stdout, "data");
    // `exited` waits for the pipe to close, which requires that the child process has ended as well.
    await program[Symbol.asyncDispose]();
    assert.equal(await program.exited, "SIGTERM");
  });

  test("resolves to its output after a successful exit", async () => {
    assert.equal(await runOwned(process.execPath, ["-p", "6 * 7"]), "42\n");
  });

  test("rejects with the end of its output after a failed exit", async () => {
    const failing = runOwned(process.execPath, ["-e", "console.error('something failed'); process.exit(3)"]);
    await assert.rejects(failing, /ended with 3:\nsomething failed/);
  });

  test("rejects if the program does not exist", async () => {
    await assert.rejects(runOwned("/no/such/program", []), { code: "ENOENT" });
  });
});
