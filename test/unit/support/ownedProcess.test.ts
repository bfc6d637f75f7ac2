import assert from "node:assert/strict";
import { once } from "node:events";
import { describe, it } from "node:test";
import { runOwned, startOwned } from "../../support/ownedProcess";

/** A program that starts another one, which writes to the same pipe, and waits for ever. */
const family = `
  const forever = "setInterval(() => {}, 1e9)";
  require("node:child_process").spawn(process.execPath, ["-e", forever], { stdio: "inherit" });
  console.log("both are there");
  eval(forever);`;

describe("A program that we own", () => {
  it("ends with all that it started", async () => {
    const program = startOwned(process.execPath, ["-e", family]);
    await once(program.child.stdout, "data");
    // The pipe closes when nobody is left to write to it, and only then is the program taken for ended.
    await program[Symbol.asyncDispose]();
    assert.equal(await program.exited, "SIGTERM");
  });

  it("gives its output when it ended well", async () => {
    assert.equal(await runOwned(process.execPath, ["-p", "6 * 7"]), "42\n");
  });

  it("tells its last words when it did not", async () => {
    const failing = runOwned(process.execPath, ["-e", "console.error('no such luck'); process.exit(3)"]);
    await assert.rejects(failing, /ended with 3:\nno such luck/);
  });

  it("is an error where there is no such program", async () => {
    await assert.rejects(runOwned("/no/such/program", []), { code: "ENOENT" });
  });
});
