import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";
import { listFiles } from "@vscode/vsce";
import { nodeRelease } from "../support/nodeRelease";
import { packageExtension } from "../support/packageExtension";
import { vscodeReleases } from "../support/vscodeReleases";

const kilobyte = 1000;

describe("The production bundle", () => {
  let folder: string;
  let packaged: Awaited<ReturnType<typeof packageExtension>>;

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "free-models-bundle-"));
    packaged = await packageExtension(folder);
  });
  after(() => rm(folder, { recursive: true, force: true }));

  const read = (file: string): Promise<string> => readFile(path.join(packaged.dist, file), "utf8");
  const size = async (file: string): Promise<number> => (await stat(path.join(packaged.dist, file))).size;
  const rareChunks = async (): Promise<string[]> =>
    (await readdir(packaged.dist)).filter(
      (name) => name.endsWith(".js") && !/^(extension|chat|edits|attachments|connection)\.js$/.test(name),
    );

  it("is small where VS Code waits for it", async () => {
    assertAtMost(await size("extension.js"), 30 * kilobyte, "dist/extension.js");
  });

  it("keeps what the first question loads small", async () => {
    assertAtMost(await size("chat.js"), 220 * kilobyte, "dist/chat.js");
  });

  it("keeps what the first edit loads small", async () => {
    assertAtMost(await size("edits.js"), 60 * kilobyte, "dist/edits.js");
  });

  it("keeps what the first attachment loads small", async () => {
    assertAtMost(await size("attachments.js"), 50 * kilobyte, "dist/attachments.js");
  });

  it("keeps the way to a key small", async () => {
    assertAtMost(await size("connection.js"), 70 * kilobyte, "dist/connection.js");
  });

  it("keeps what few will ever load small", async () => {
    const sizes = await Promise.all((await rareChunks()).map(size));
    assertAtMost(sum(sizes), 450 * kilobyte, "the rare chunks");
  });

  it("keeps the chat's page small, not counting the languages it loads when it meets them", async () => {
    const sizes = await Promise.all((await staticImports("webview/main.js", read)).map(size));
    assertAtMost(sum(sizes), 250 * kilobyte, "dist/webview/main.js and what it imports");
  });

  it("asks for `vscode` in the extension host only", async () => {
    const files = await readdir(packaged.dist, { recursive: true });
    const askers: string[] = [];
    for (const file of files.filter((name) => name.endsWith(".js")))
      if (/\b(require|import)\("vscode"\)|from\s*"vscode"/.test(await read(file))) askers.push(file);
    assert.deepEqual(askers.sort(), ["attachments.js", "chat.js", "connection.js", "edits.js", "extension.js"]);
  });

  it("loads nothing from the network into the chat's page", async () => {
    const files = (await readdir(path.join(packaged.dist, "webview"))).filter((name) => /\.(js|css)$/.test(name));
    assert.ok(files.includes("main.js") && files.includes("style.css"), `found ${files.join(", ")}`);
    for (const file of files) {
      const remote = (await read(`webview/${file}`)).match(
        /(\bimport\(?|\bfrom|\burl\(|@import|\.src=|importScripts\()\s*["'`]?(https?:)?\/\/[^"'`)\s]+/g,
      );
      assert.deepEqual(remote, null, file);
    }
  });

  it("packs what runs and what a marketplace shows, and nothing else", async () => {
    const wanted =
      /^(package(\.nls.*)?\.json|README\.md|CHANGELOG\.md|LICENSE|media\/.+|l10n\/.+|dist\/\w+\.js|dist\/licences\.txt|dist\/webview\/[\w-]+\.(js|css|ttf))$/;
    const files = await listFiles({ cwd: packaged.checkout, packagedDependencies: [] });
    assert.deepEqual(
      files.filter((file) => !wanted.test(file)),
      [],
    );
    const needed = [
      "package.json",
      "dist/extension.js",
      "dist/chat.js",
      "dist/edits.js",
      "dist/attachments.js",
      "dist/connection.js",
      "dist/undici.js",
      "dist/licences.txt",
      "package.nls.json",
      "package.nls.de.json",
      "l10n/bundle.l10n.de.json",
      "dist/webview/main.js",
      "dist/webview/style.css",
    ];
    for (const file of needed) assert.ok(files.includes(file), `${file} is missing`);
  });

  it("has the licence of every package in the bundles, in one file", async () => {
    const notices = await read("licences.txt");
    const named = [...notices.matchAll(/^-{80}\n\n(\S+) \S+ \(\S+.*\)$/gm)].map(([, name]) => name);
    for (const name of ["@vscode/codicons", "ajv", "dompurify", "highlight.js", "marked", "preact", "undici", "zod"])
      assert.ok(named.includes(name), `${name} is missing among ${named.join(", ")}`);
    assert.ok(!named.includes("typescript") && !named.includes("mocha"), "only what is shipped");
    assert.doesNotMatch(notices, /undefined/);
  });

  it("carries no source maps", async () => {
    const files = await readdir(packaged.dist, { recursive: true });
    assert.deepEqual(
      files.filter((file) => file.endsWith(".map")),
      [],
    );
    assert.doesNotMatch(await read("extension.js"), /sourceMappingURL/);
  });

  it("makes a package of at most 600 KB", async () => {
    assertAtMost((await stat(packaged.vsix)).size, 600 * kilobyte, "the .vsix");
  });

  describe("leaves the process-wide dispatcher alone when its undici is used", () => {
    for (const { version, node } of vscodeReleases)
      for (const state of ["not yet in use", "in use"] as const)
        it(`in the Node of VS Code ${version}, with Node's own fetch ${state}`, async () => {
          const script = useUndici(path.join(packaged.dist, "undici.js"), state === "in use");
          const { executable } = await nodeRelease(node);
          const { stdout } = await promisify(execFile)(executable, ["-e", script]);
          assert.deepEqual(JSON.parse(stdout), {
            answer: "hello",
            unchanged: [true, true],
            present: state === "in use",
          });
        });
  });
});

/** A program that loads the chunk as the extension does, makes a request with it, and tells whether the two well-known symbols moved. */
function useUndici(chunk: string, nodeFetchFirst: boolean): string {
  return `
    const { createServer } = require("node:http");
    const symbols = ["undici.globalDispatcher.1", "undici.globalDispatcher.2"].map((name) => Symbol.for(name));
    const look = () => symbols.map((symbol) => Object.getOwnPropertyDescriptor(globalThis, symbol)?.value);
    const server = createServer((_, response) => response.end("hello")).listen(0, "127.0.0.1", async () => {
      const url = "http://127.0.0.1:" + server.address().port;
      if (${nodeFetchFirst}) await (await fetch(url)).text();
      const before = look();
      const { fetch: undiciFetch, EnvHttpProxyAgent } = require(${JSON.stringify(chunk)});
      const dispatcher = new EnvHttpProxyAgent();
      const answer = await (await undiciFetch(url, { dispatcher })).text();
      await dispatcher.close();
      const unchanged = look().map((value, index) => value === before[index]);
      console.log(JSON.stringify({ answer, unchanged, present: before.some((value) => value !== undefined) }));
      server.close();
      server.closeAllConnections();
    });`;
}

/** A bundle and what it imports at once, in any depth; what it imports on demand is not counted. */
async function staticImports(entry: string, read: (file: string) => Promise<string>): Promise<string[]> {
  const seen = new Set<string>();
  const visit = async (file: string): Promise<void> => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const [, name] of (await read(file)).matchAll(/(?:\bfrom|\bimport)\s*"\.\/([^"]+)"/g))
      if (name !== undefined) await visit(path.posix.join(path.posix.dirname(file), name));
  };
  await visit(entry);
  return [...seen];
}

function assertAtMost(bytes: number, budget: number, what: string): void {
  assert.ok(bytes > 0 && bytes <= budget, `${what}: ${bytes} bytes, the budget is ${budget}`);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
