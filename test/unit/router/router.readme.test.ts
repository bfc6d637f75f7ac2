import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { build } from "esbuild";
import ts from "typescript";
import { defaultSettings } from "../../../src/router/index";
import { startOpenRouter } from "../../support/openRouter";
import { startOllama } from "../../support/services/ollama";
import { projectRoot } from "../../support/projectRoot";

const folder = path.join(projectRoot, "src", "router");
const readme = readFileSync(path.join(folder, "README.md"), "utf8");

/** The complete programs in the README. */
const [example = "", poolExample = ""] = [...readme.matchAll(/```ts\n([\s\S]*?)```/g)].map(([, code = ""]) => code);

interface Run {
  code: number;
  out: string;
  errors: string;
}

/** A program of the README, built for Node before the tests. */
function built(code: string): (question: string, environment: Record<string, string>) => Promise<Run> {
  let program = "";
  before(async () => {
    program = path.join(await mkdtemp(path.join(tmpdir(), "router-example-")), "ask.mjs");
    await build({
      stdin: { contents: code, resolveDir: folder, sourcefile: "ask.ts", loader: "ts" },
      ...{ bundle: true, platform: "node", format: "esm", outfile: program, logLevel: "silent" },
    });
  });
  after(() => rm(path.dirname(program), { recursive: true }));
  return (question, environment) =>
    new Promise((resolve) => {
      const options = { env: { ...process.env, OPENROUTER_API_KEY: undefined, ...environment } };
      const child = execFile(process.execPath, [program, question], options, (_error, out, errors) => {
        resolve({ code: child.exitCode ?? -1, out, errors });
      });
    });
}

const key = { OPENROUTER_API_KEY: `sk-or-v1-${"0".repeat(64)}` };

describe("the example in the router's README", () => {
  const run = built(example);

  test("has about twenty lines", () => {
    const lines = example.trim().split("\n").length;
    assert.ok(lines > 10 && lines <= 25, `${lines} lines`);
  });

  test("prints the answer and its model when run in Node", async () => {
    await using simulator = await startOpenRouter();
    const { code, out, errors } = await run("What is a monad?", { ...key, OPENROUTER_BASE_URL: simulator.baseUrl });
    assert.deepEqual([code, errors], [0, ""]);
    assert.match(out, /^You asked: “What is a monad\?”/);
    assert.match(
      out,
      new RegExp(`\n\nAnswered by ${simulator.chatRequests[0]?.model ?? "no model"}, request number 1\\.\n$`),
    );
    assert.deepEqual(simulator.violations, []);
  });

  test("prints failed attempts", async () => {
    await using simulator = await startOpenRouter();
    simulator.script("empty");
    const { code, out, errors } = await run("Why?", { ...key, OPENROUTER_BASE_URL: simulator.baseUrl });
    assert.match(errors, /^\S+: The model returned no answer\.\n$/);
    assert.deepEqual([code, /request number 2\.\n$/.test(out)], [0, true]);
  });

  test("prints the error and when to try again", async () => {
    await using simulator = await startOpenRouter({ limits: { perMinute: 20, perDay: 50 } });
    simulator.account.set({ usedToday: 50 });
    const { code, out, errors } = await run("Why?", { ...key, OPENROUTER_BASE_URL: simulator.baseUrl });
    assert.deepEqual([code, out], [1, ""]);
    assert.match(errors, /Today's free requests are used up\. Try again at .*\d.*\.\n$/);
  });

  test("prints an error and sends no request without an API key", async () => {
    await using simulator = await startOpenRouter();
    const { code, errors } = await run("Why?", { OPENROUTER_BASE_URL: simulator.baseUrl });
    assert.equal(code, 1);
    assert.match(errors, /^No API key is set\./);
    assert.deepEqual(simulator.chatRequests, []);
  });
});

describe("the pool with Ollama in the router's README", () => {
  const run = built(poolExample);

  test("has about twenty lines", () => {
    const lines = poolExample.trim().split("\n").length;
    assert.ok(lines > 10 && lines <= 21, `${lines} lines`);
  });

  test("is valid TypeScript", () => {
    const file = path.join(folder, "readme.example.ts");
    const host = ts.createCompilerHost({});
    const read = host.getSourceFile.bind(host);
    host.getSourceFile = (name, ...given) =>
      name === file ? ts.createSourceFile(name, poolExample, ts.ScriptTarget.ES2023) : read(name, ...given);
    const options: ts.CompilerOptions = {
      ...{
        target: ts.ScriptTarget.ES2023,
        module: ts.ModuleKind.ESNext,
        strict: true,
        noEmit: true,
        skipLibCheck: true,
      },
      ...{ moduleResolution: ts.ModuleResolutionKind.Bundler, types: ["node"], exactOptionalPropertyTypes: true },
    };
    const program = ts.createProgram([file], options, host);
    const source = program.getSourceFile(file);
    const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    assert.deepEqual(
      found.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n")),
      [],
    );
  });

  test("answers locally, and through OpenRouter while Ollama is not running", async () => {
    await using openRouter = await startOpenRouter();
    await using ollama = await startOllama();
    const environment = { ...key, OPENROUTER_BASE_URL: openRouter.baseUrl, OLLAMA_BASE_URL: ollama.baseUrl };
    const local = await run("Why?", environment);
    assert.match(local.out, /Answered by ollama::\S+\.\n$/);
    assert.match(local.errors, /^OpenRouter: \d+ free models\nOllama: 3 free models\nWaiting: loading ollama::\S+\n$/);
    await ollama.stop();
    const remote = await run("Why?", environment);
    assert.match(remote.errors, /Ollama: Ollama is not running\./);
    assert.match(remote.out, /Answered by \S+:free\.\n$/);
    await ollama.start();
  });
});

describe("the router's README", () => {
  test("lists exactly the existing settings", () => {
    const rows = [...readme.matchAll(/^\| (`\w+`(?:, `\w+`)*) +\|/gm)].flatMap(([, names = ""]) =>
      names.split(", ").map((name) => name.slice(1, -1)),
    );
    assert.deepEqual(rows.sort(), Object.keys(defaultSettings).sort());
  });

  test("only names existing files", () => {
    const names = [...readme.matchAll(/`(\w+\.ts)`/g)].map(([, name = ""]) => name);
    assert.ok(names.length > 10);
    assert.deepEqual(
      names.filter((name) => !existsSync(path.join(folder, name))),
      [],
    );
  });
});
