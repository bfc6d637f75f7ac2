import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { connectOpenRouter } from "../../support/openRouter";
import { projectRoot } from "../../support/projectRoot";
import { describeOllama, startDefaultOllama } from "../../support/services/defaultOllama";

test("the simulators run as a process, accept control requests and exit on a signal", async () => {
  const main = join(projectRoot, "dist", "test", "support", "openRouterMain.js");
  const child = spawn(process.execPath, [main, "0", "0"], { stdio: ["ignore", "pipe", "inherit"] });
  const exit = once(child, "exit");
  try {
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
    const nextUrl = async (): Promise<string> => {
      const { value } = (await lines.next()) as IteratorResult<string, undefined>;
      return /http:\/\/127\.0\.0\.1:\d+/.exec(value ?? "")?.[0] ?? "";
    };
    const url = await nextUrl();
    const { requests, violations } = await connectOpenRouter(url).control({ script: ["429-upstream"] });
    assert.deepEqual([requests, violations], [[], []]);
    assert.equal(await (await fetch(await nextUrl())).text(), "Ollama is running");
  } finally {
    child.kill();
  }
  assert.deepEqual(await exit, [0, null]);
});

test("no Ollama is simulated where something else listens", async () => {
  await using first = await startDefaultOllama(0);
  const port = Number(new URL(first!.url).port);
  assert.match(describeOllama(first), /^simulated at http/);
  assert.match(describeOllama(await startDefaultOllama(port)), /^not simulated/);
});
