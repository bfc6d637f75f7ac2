import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";
import type { RunResult } from "./onlyLocalRun";

const preload = path.join(import.meta.dirname, "../support/recordConnections.js");

/** Runs a script and resolves to its output and to the connections and lookups beyond this computer. */
async function record(folder: string, args: readonly string[]): Promise<{ output: string; beyond: string[] }> {
  const log = path.join(folder, "connections");
  await writeFile(log, "");
  const env = { ...process.env, CONNECTION_LOG: log };
  const { stdout } = await promisify(execFile)(process.execPath, ["--require", preload, ...args], { env });
  return { output: stdout, beyond: [...new Set((await readFile(log, "utf8")).split("\n").filter(Boolean))].sort() };
}

describe("200 questions over ten starts", () => {
  let folder: string;
  before(async () => (folder = await mkdtemp(path.join(tmpdir(), "free-models-only-local-"))));
  after(() => rm(folder, { recursive: true, force: true }));

  async function run(order: string, transport: string): Promise<{ result: RunResult; beyond: string[] }> {
    const script = path.join(import.meta.dirname, "onlyLocalRun.js");
    const { output, beyond } = await record(folder, [script, path.join(folder, order + transport), order, transport]);
    return { result: JSON.parse(output) as RunResult, beyond };
  }

  for (const transport of ["vscode", "undici"]) {
    test(`never leave this computer in only-local mode, and get answers (${transport})`, async () => {
      const { result, beyond } = await run("only-local", transport);
      assert.deepEqual(beyond, []);
      assert.deepEqual(result.endings, { answered: 196, "not-local": 4 });
      assert.deepEqual(result.account, { "not-local": 30 });
      assert.deepEqual(result.connectionTests, ["Only local is on, so nothing is sent to openrouter.ai."]);
      assert.ok(result.requests >= 200);
      assert.deepEqual(result.keys, []);
    });

    test(`are recorded when they leave it, so that the test above can fail (${transport})`, async () => {
      const { result, beyond } = await run("openrouter-first", transport);
      const host = transport === "undici" ? "proxy.example" : "openrouter.ai";
      assert.ok(beyond.includes(`connect ${host}:${transport === "undici" ? 3128 : 443}`), beyond.join("\n"));
      assert.ok(!beyond.some((line) => line.includes("elsewhere.example")));
      assert.ok((result.endings["answered"] ?? 0) > 150, JSON.stringify(result.endings));
      assert.deepEqual(result.keys, []);
    });
  }
});

test("The preload sees every way to the network", async () => {
  const folder = await mkdtemp(path.join(tmpdir(), "free-models-recorder-"));
  const script = path.join(folder, "everyWay.cjs");
  const ways: readonly [code: string, expected: string][] = [
    ["net.connect(1, 'a.example').on('error', ignore)", "connect a.example:1"],
    ["net.connect({ port: 1, host: '8.8.8.8' }).on('error', ignore)", "connect 8.8.8.8:1"],
    ["new net.Socket().on('error', ignore).connect(2, 'b.example')", "connect b.example:2"],
    ["tls.connect(3, 'c.example').on('error', ignore)", "connect c.example:3"],
    ["http.get('http://d.example/').on('error', ignore)", "connect d.example:80"],
    ["https.get('https://e.example/').on('error', ignore)", "connect e.example:443"],
    ["fetch('https://f.example/').catch(ignore)", "connect f.example:443"],
    ["http2.connect('https://g.example').on('error', ignore)", "connect g.example:443"],
    ["dns.lookup('h.example', ignore)", "lookup h.example"],
    ["dns.promises.resolveTxt('i.example').catch(ignore)", "lookup i.example"],
    ["new dns.Resolver().resolve4('j.example', ignore)", "lookup j.example"],
    ["dgram.createSocket('udp4').send('x', 53, '8.8.4.4', ignore)", "send 8.8.4.4"],
    ["net.connect(1, '127.0.0.1').on('error', ignore)", ""],
    ["dns.lookup('localhost', ignore)", ""],
  ];
  try {
    const modules = ["net", "tls", "http", "https", "http2", "dns", "dgram"];
    const requires = modules.map((name) => `const ${name} = require("node:${name}");`);
    const exit = "setTimeout(() => process.exit(), 300);";
    const lines = [...requires, "const ignore = () => undefined;", ...ways.map(([code]) => `${code};`), exit];
    await writeFile(script, lines.join("\n"));
    const { beyond } = await record(folder, [script]);
    assert.deepEqual(
      beyond,
      ways
        .map(([, expected]) => expected)
        .filter(Boolean)
        .sort(),
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
