import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { globSync } from "node:fs";
import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";
import { listFiles } from "@vscode/vsce";
import * as z from "zod/mini";
import { bundledPackages, extensionManifest } from "../../release/bundledPackages.mts";
import { packageName } from "../../release/packageFolders.mts";
import { createSbom } from "../../release/sbom.mts";
import { nodeRelease } from "../support/nodeRelease";
import { packageExtension } from "../support/packageExtension";
import { projectRoot } from "../support/projectRoot";
import { vscodeReleases } from "../support/vscodeReleases";

const kilobyte = 1000;

const small = "small and without state";
const leaf = "used by all folders, without state";
/** Modules in more than one host bundle, with the reason. Modules with state must not be here: their state would exist twice. */
const bundledTwice: Readonly<Record<string, string>> = {
  "src/commands/instructionsText.ts": small,
  "src/commands/outgoingInstructions.ts": small,
  "src/commands/problemCodeActions.ts": "registered at activation; the editor's bundle holds all of commands/",
  "src/commands/showFailure.ts": "messages, without state",
  "src/commands/showNotice.ts": "messages, without state",
  "src/config/baseUrl.ts": small,
  "src/config/keyFormat.ts": small,
  "src/config/serviceOrder.ts": small,
  "src/config/serviceSlug.ts": small,
  "src/config/settingNotices.ts": small,
  "src/context/codeLinkName.ts": small,
  "src/context/diffBudget.ts": small,
  "src/context/displayPath.ts": small,
  "src/context/fence.ts": small,
  "src/context/git.ts": small,
  "src/context/imageFormat.ts": small,
  "src/context/inWorkspace.ts": small,
  "src/context/location.ts": small,
  "src/context/outgoingText.ts": small,
  "src/context/secretPlaceholders.ts": "small; the placeholders themselves are in the secrets check only",
  "src/context/symlinks.ts": small,
  "src/context/windowsNames.ts": small,
  "src/escapeMarkdown.ts": leaf,
  "src/escapeMessage.ts": leaf,
  "src/failureCommand.ts": leaf,
  "src/iconLabels.ts": leaf,
  "src/iconText.ts": leaf,
  "src/inputBoxes.ts": leaf,
  "src/languageModels/askPermission.ts": "the name of an extension, for the statistics",
  "src/languageModels/requesterRows.ts": "for the statistics, which are in the chat's bundle",
  "src/languageModels/requesters.ts": "the records are read for the statistics",
  "src/lifecycle.ts": leaf,
  "src/log.ts": leaf,
  "src/machineName.ts": leaf,
  "src/manifest.ts": leaf,
  "src/notifications.ts": leaf,
  "src/proposals/codeFileName.ts": small,
  "src/proposals/documentIndentation.ts": small,
  "src/proposals/indentation.ts": small,
  "src/proposals/languageId.ts": small,
  "src/proposals/newFile.ts": small,
  "src/proposals/newFileUri.ts": small,
  "src/project/chunks.ts": "the host asks it what selected code defines",
  "src/project/queryTerms.ts": "the thread and the host read the same question",
  "src/project/vocabulary.ts": "its functions only; the vocabulary is in the thread",
  "src/project/words.ts": small,
  "src/router/capability.ts": "estimates tokens at activation, when VS Code counts them",
  "src/router/services/openrouter/account.ts": "re-exports",
  "src/router/errors.ts": "isRouterError compares names, so that errors of another copy are recognized",
  "src/router/failurePolicy.ts": "a table, without state: failures are counted where their messages are made",
  "src/router/index.ts": "re-exports",
  "src/router/keyPatterns.ts": small,
  "src/router/model.ts": small,
  "src/router/pages.ts": "URLs",
  "src/router/services/loopback.ts": small,
  "src/router/services/serviceKinds.ts": "texts and addresses",
  "src/router/settings.ts": "defaults",
  "src/status/serviceStateText.ts": "messages, without state",
  "src/status/shortModelName.ts": small,
  "src/status/statusText.ts": "messages, without state",
  "src/timeFormat.ts": "caches a formatter, which may exist twice",
  "src/virtualDocuments.ts": "each instance has a scheme of its own",
  "src/visibleText.ts": leaf,
};

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
  const features = ["chat", "connection", "editor", "languageModels", "review", "secretsCheck"];

  /** Size budgets in KB: for activation, for each feature on first use, and for external packages. */
  const budgets: readonly [what: string, files: readonly string[], budget: number][] = [
    ["activation", ["extension.js", "l10n.js"], 46],
    ["the chat", ["chat.js"], 350],
    ["the editor", ["editor.js"], 136],
    ["the search for code", ["projectWorker.js"], 20],
    ["VS Code's chat", ["languageModels.js"], 60],
    ["reviews of changes", ["review.js"], 45],
    ["the connection", ["connection.js"], 50],
    ["the network", ["http.js"], 10],
    ["the failure messages", ["failureMessages.js"], 20],
    ["the secret detector", ["secrets.js"], 45],
    ["the secrets check", ["secretsCheck.js"], 20],
    ["rarely used packages", ["ajv.js", "undici.js"], 450],
  ];
  for (const [what, files, budget] of budgets)
    test(`stays within its budget: ${what}`, async () => {
      assertAtMost(sum(await Promise.all(files.map(size))), budget * kilobyte, files.join(" and "));
    });

  test("has one bundle for each file of src/features, and no others without a budget", async () => {
    const bundles = (await readdir(packaged.dist)).filter((name) => name.endsWith(".js"));
    assert.deepEqual(bundles.sort(), budgets.flatMap(([, files]) => files).sort());
    const files = await readdir(path.join(projectRoot, "src", "features"));
    assert.deepEqual(
      files.sort(),
      features.map((name) => `${name}.ts`),
    );
  });

  test("bundles a module more than once only where a reason is given", async () => {
    const modules = z.record(z.string(), z.array(z.string())).parse(JSON.parse(await read("modules.json")));
    const bundles = new Map<string, string[]>();
    for (const [bundle, files] of Object.entries(modules))
      if (!bundle.startsWith("webview"))
        for (const file of files) bundles.set(file, [...(bundles.get(file) ?? []), bundle]);
    const twice = [...bundles].filter(([, where]) => where.length > 1).map(([file]) => file);
    assert.deepEqual(twice.sort(), Object.keys(bundledTwice).sort());
  });

  test("keeps the chat page small, without the grammars that it loads on demand", async () => {
    const sizes = await Promise.all((await staticImports("webview/main.js", read)).map(size));
    assertAtMost(sum(sizes), 250 * kilobyte, "dist/webview/main.js and what it imports");
  });

  test("imports `vscode` only in the extension host", async () => {
    const files = await readdir(packaged.dist, { recursive: true });
    const askers: string[] = [];
    for (const file of files.filter((name) => name.endsWith(".js")))
      if (/\b(require|import)\("vscode"\)|from\s*"vscode"/.test(await read(file))) askers.push(file);
    assert.deepEqual(askers.sort(), [
      "chat.js",
      "connection.js",
      "editor.js",
      "extension.js",
      "languageModels.js",
      "review.js",
      "secretsCheck.js",
    ]);
  });

  test("loads nothing from the network into the chat page", async () => {
    const files = (await readdir(path.join(packaged.dist, "webview"))).filter((name) => /\.(js|css)$/.test(name));
    assert.ok(files.includes("main.js") && files.includes("style.css"), `found ${files.join(", ")}`);
    for (const file of files) {
      const remote = (await read(`webview/${file}`)).match(
        /(\bimport\(?|\bfrom|\burl\(|@import|\.src=|importScripts\()\s*["'`]?(https?:)?\/\/[^"'`)\s]+/g,
      );
      assert.deepEqual(remote, null, file);
    }
  });

  test("has every icon that the chat page shows in its font, and few others", async () => {
    const sources = await Promise.all(
      globSync("src/{webview,context}/**/*.{ts,tsx}", { cwd: projectRoot }).map((file) =>
        readFile(path.join(projectRoot, file), "utf8"),
      ),
    );
    const shown = sources.flatMap((text) =>
      [...text.matchAll(/(?:icon="|icon: "|<Icon name="|codicon-|button\(")([a-z][a-z-]+)(?=["`])/g)].map(
        ([, name = ""]) => name,
      ),
    );
    const named = [...(await read("webview/style.css")).matchAll(/\.codicon-([a-z0-9-]+):before/g)].map(
      ([, name]) => name,
    );
    assert.ok(shown.length > 30, `found only ${shown.join(", ")}`);
    assert.deepEqual(
      shown.filter((name) => !named.includes(name)),
      [],
    );
    const [font = ""] = (await readdir(path.join(packaged.dist, "webview"))).filter((name) => name.endsWith(".ttf"));
    assert.ok((await stat(path.join(packaged.dist, "webview", font))).size < 40_000);
  });

  test("packages only what the extension and the marketplace need", async () => {
    const expected =
      /^(package(\.nls.*)?\.json|README\.md|CHANGELOG\.md|LICENSE|media\/.+|l10n\/.+|dist\/\w+\.js|dist\/licences\.txt|dist\/free\.agent\.md|dist\/webview\/[\w-]+\.(js|css|ttf))$/;
    const files = await listFiles({ cwd: packaged.checkout, packagedDependencies: [] });
    assert.deepEqual(
      files.filter((file) => !expected.test(file)),
      [],
    );
    const needed = [
      "package.json",
      "dist/extension.js",
      "dist/chat.js",
      "dist/connection.js",
      "dist/languageModels.js",
      "dist/projectWorker.js",
      "dist/editor.js",
      "dist/secretsCheck.js",
      "dist/l10n.js",
      "dist/secrets.js",
      "dist/undici.js",
      "dist/licences.txt",
      "dist/free.agent.md",
      "package.nls.json",
      "package.nls.de.json",
      "l10n/bundle.l10n.de.json",
      "dist/webview/main.js",
      "dist/webview/style.css",
    ];
    for (const file of needed) assert.ok(files.includes(file), `${file} is missing`);
  });

  test("lists the license of every bundled package in one file", async () => {
    const notices = await read("licences.txt");
    const named = [...notices.matchAll(/^-{80}\n\n(\S+) \S+ \(\S+.*\)$/gm)].map(([, name]) => name);
    const expected = [
      "@vscode/codicons",
      "ajv",
      "dompurify",
      "gitleaks",
      "highlight.js",
      "marked",
      "preact",
      "temml",
      "undici",
    ];
    for (const name of [...expected, "zod"])
      assert.ok(named.includes(name), `${name} is missing among ${named.join(", ")}`);
    assert.ok(!named.includes("typescript") && !named.includes("mocha"), "only what is shipped");
    assert.doesNotMatch(notices, /undefined/);
  });

  test("consists of the extension and the packages in its SBOM and license file, in the locked versions", async () => {
    const bundled = await bundledPackages(projectRoot, packaged.dist);
    const lock = z
      .object({ packages: z.record(z.string(), z.object({ version: z.optional(z.string()) })) })
      .parse(JSON.parse(await readFile(path.join(projectRoot, "package-lock.json"), "utf8")));
    const versions = bundled.map(({ folder }) => [packageName(folder), lock.packages[folder]?.version]);
    const notices = await read("licences.txt");
    assert.deepEqual(
      [...notices.matchAll(/^-{80}\n\n(\S+) (\d\S*) \(/gm)].map(([, name, version]) => [name, version]),
      versions,
    );
    const { components } = z.object({ components: z.array(z.object({ purl: z.string() })) }).parse(
      JSON.parse(
        createSbom(
          await extensionManifest(projectRoot),
          bundled.map(({ manifest }) => manifest),
          new Date(),
        ),
      ),
    );
    assert.deepEqual(
      components.map(({ purl }) => decodeURIComponent(purl)).sort(),
      versions.map(([name, version]) => `pkg:npm/${name}@${version}`).sort(),
    );
  });

  test("contains no source maps", async () => {
    const files = await readdir(packaged.dist, { recursive: true });
    assert.deepEqual(
      files.filter((file) => file.endsWith(".map")),
      [],
    );
    assert.doesNotMatch(await read("extension.js"), /sourceMappingURL/);
  });

  test("has a package of at most 700 KB", async () => {
    assertAtMost((await stat(packaged.vsix)).size, 700 * kilobyte, "the .vsix");
  });

  describe("does not change the global dispatcher when it uses undici", () => {
    for (const { version, node } of vscodeReleases)
      for (const state of ["not yet in use", "in use"] as const)
        test(`in the Node of VS Code ${version}, with Node's own fetch ${state}`, async () => {
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

/** A program that loads the chunk like the extension, sends a request with it, and prints whether the two global symbols changed. */
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

/** A bundle and all of its direct and indirect static imports. */
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
