import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { connectOpenRouter } from "../../support/openRouter";
import { projectRoot } from "../../support/projectRoot";

test("the simulator runs as a process, accepts control requests and exits on a signal", async () => {
  const main = join(projectRoot, "dist", "test", "support", "openRouterMain.js");
  const child = spawn(process.execPath, [main], { stdio: ["ignore", "pipe", "inherit"] });
  const exit = once(child, "exit");
  try {
    const [line] = (await once(createInterface(child.stdout), "line")) as [string];
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(line)?.[0] ?? "";
    const { requests, violations } = await connectOpenRouter(url).control({ script: ["429-upstream"] });
    assert.deepEqual([requests, violations], [[], []]);
  } finally {
    child.kill();
  }
  assert.deepEqual(await exit, [0, null]);
});
