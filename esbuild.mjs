// Builds everything that runs: the host bundle with its lazy chunks, the webview, and (with --test) the tests.
// Flags: --production minifies and collects the licences, --watch rebuilds on change, --test builds what is under test/ into dist/test/,
// --outdir=folder puts it elsewhere than into dist/.
import { context } from "esbuild";
import { globSync } from "node:fs";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";

const production = process.argv.includes("--production");
const watch = process.argv.includes("--watch");
const test = process.argv.includes("--test");
const out = process.argv.find((flag) => flag.startsWith("--outdir="))?.slice("--outdir=".length) ?? "dist";

/** Packages in a bundle of their own beside dist/extension.js: loaded on first use, or (l10n, which holds the translations) shared by all. */
const packageBundles = { ajv: "ajv/dist/2020.js", l10n: "@vscode/l10n", undici: "undici" };

/** The files of src/features/, each a bundle of its own that is loaded on first use. */
const features = Object.fromEntries(globSync("src/features/*.ts").map((file) => [path.basename(file, ".ts"), file]));

/** The feature that src/commands/ belongs to. */
const commandsFeature = "editor";

/** Makes a require of another bundle out of what the host bundles import from it. */
const bundleBoundaries = {
  name: "bundle-boundaries",
  setup(build) {
    const isCommand = (file) => path.dirname(file) === path.normalize("src/commands");
    build.onResolve({ filter: /./ }, ({ kind, path: asked, resolveDir, namespace }) => {
      if (namespace === "command") return { path: asked, external: true };
      const name = Object.keys(packageBundles).find((each) => packageBundles[each] === asked);
      if (name === "l10n" || (name && kind === "dynamic-import")) return { path: `./${name}.js`, external: true };
      if (kind !== "dynamic-import") return undefined;
      const file = path.relative(import.meta.dirname, path.join(resolveDir, `${asked}.ts`));
      const feature = Object.keys(features).find((each) => path.normalize(features[each]) === file);
      if (feature) return { path: `./${feature}.js`, external: true };
      return isCommand(file) ? { path: path.basename(file, ".ts"), namespace: "command" } : undefined;
    });
    // The table in src/extension.ts imports a command by its file; at run time it is a member of the feature's bundle.
    build.onLoad({ filter: /./, namespace: "command" }, ({ path: name }) => ({
      contents: `module.exports = require("./${commandsFeature}.js").commands.${name}();`,
    }));
    build.onLoad({ filter: new RegExp(`features[\\\\/]${commandsFeature}\\.ts$`) }, async ({ path: file }) => {
      const names = globSync("src/commands/*.ts").map((each) => path.basename(each, ".ts"));
      const members = names.map((name) => `${name}: () => require("../commands/${name}")`);
      return {
        contents: `${await readFile(file, "utf8")}\nexport const commands = { ${members.join(", ")} };`,
        loader: "ts",
      };
    });
  },
};

/**
 * The undici chunk holds what src/http.ts uses: 290 KB instead of 730. And it stays to itself: as published, undici puts
 * a dispatcher on `globalThis` when it is imported, where Node's own fetch, and with it every other extension, finds it.
 */
const slimUndici = {
  name: "slim-undici",
  setup(build) {
    const replace = (file, contents) => build.onLoad({ filter: file }, () => ({ contents, loader: "js" }));
    replace(
      /[\\/]undici[\\/]index\.js$/,
      // Through a proxy undici asks its own client to connect, which it learns to do in the file that is replaced here.
      `import connect from "./lib/api/api-connect";
       import Dispatcher from "./lib/dispatcher/dispatcher";
       Dispatcher.prototype.connect = connect;
       export { fetch } from "./lib/web/fetch";
       export { default as Agent } from "./lib/dispatcher/agent";
       export { default as ProxyAgent } from "./lib/dispatcher/proxy-agent";
       export { default as EnvHttpProxyAgent } from "./lib/dispatcher/env-http-proxy-agent";`,
    );
    replace(
      /[\\/]undici[\\/]lib[\\/]global\.js$/,
      `exports.getGlobalDispatcher = () => { throw new Error("This undici has no global dispatcher: pass one to fetch"); };`,
    );
    // Two builds of one parser, of which the plain one runs everywhere.
    replace(/[\\/]llhttp_simd-wasm\.js$/, `module.exports = require("./llhttp-wasm.js");`);
  },
};

/** Tests run from node_modules as they are, but a stray `vscode` where there is none must fail the build. */
const packagesExceptVscode = {
  name: "packages-except-vscode",
  setup(build) {
    build.onResolve({ filter: /^[^./]/ }, ({ path: asked, kind }) => {
      if (kind === "entry-point" || asked.startsWith("node:") || asked === "vscode") return undefined;
      return { path: asked, external: true };
    });
  },
};

let building = 0;

/** While watching: says when all bundles are built, and each problem on a line of its own (.vscode/tasks.json reads both). */
const progress = {
  name: "progress",
  setup(build) {
    if (!watch) return;
    build.onStart(() => {
      if (building++ === 0) console.log("[watch] build started");
    });
    build.onEnd(({ errors }) => {
      for (const { text, location } of errors)
        console.log(`${location ? `${location.file}:${location.line}:${location.column + 1}: ` : ""}error: ${text}`);
      if (--building === 0) console.log("[watch] build finished");
    });
  },
};

const shared = {
  bundle: true,
  minify: production,
  metafile: production,
  sourcemap: !production,
  logLevel: watch ? "silent" : "warning",
  target: "node22",
  platform: "node",
  format: "cjs",
};

const host = {
  ...shared,
  entryPoints: { extension: "src/extension.ts", ...features },
  outdir: out,
  external: ["vscode"],
  plugins: [bundleBoundaries, progress],
  // A chunk is required: `import()` of CommonJS would have to guess its names.
  supported: { "dynamic-import": false },
};
const chunks = {
  ...shared,
  entryPoints: packageBundles,
  outdir: out,
  plugins: [slimUndici, progress],
  // undici's own switch, by which Node leaves the experimental HTTP parser out of its copy.
  define: { esbuildDetection: "true" },
};
const webview = {
  ...shared,
  entryPoints: { main: "src/webview/main.ts", style: "src/webview/style.css" },
  outdir: `${out}/webview`,
  platform: "browser",
  target: "chrome138",
  format: "esm",
  splitting: true,
  loader: { ".ttf": "file" },
  jsx: "automatic",
  jsxImportSource: "preact",
  plugins: [progress],
};
const tests = {
  ...shared,
  entryPoints: globSync("test/{unit,support,bench,journeys}/**/*.ts"),
  outdir: `${out}/test`,
  outbase: "test",
  minify: false,
  sourcemap: true,
  define: { "import.meta.dirname": "__dirname" },
  plugins: [packagesExceptVscode, progress],
};
const vscodeTests = {
  ...tests,
  entryPoints: globSync("test/vscode/**/*.ts"),
  external: ["vscode"],
};

const bundles = test ? [tests, vscodeTests] : [host, chunks, webview];
if (!watch)
  for (const folder of test ? [`${out}/test`] : [`${out}/webview`]) await rm(folder, { recursive: true, force: true });
const contexts = await Promise.all(
  bundles.filter((bundle) => Object.keys(bundle.entryPoints).length > 0).map((bundle) => context(bundle)),
);
if (watch) {
  await Promise.all(contexts.map((each) => each.watch()));
} else {
  const results = await Promise.all(contexts.map((each) => each.rebuild()));
  if (production) {
    const metafiles = results.map(({ metafile }) => metafile);
    await writeNotices(metafiles, `${out}/licences.txt`);
    await writeFile(`${out}/modules.json`, JSON.stringify(modulesOf(metafiles), undefined, 1));
  }
  await Promise.all(contexts.map((each) => each.dispose()));
}

/** The modules of each bundle, by the bundle's file; a test reads it to find those that are bundled more than once. */
function modulesOf(metafiles) {
  const outputs = metafiles.flatMap((each) => Object.entries(each.outputs));
  return Object.fromEntries(outputs.map(([file, { inputs }]) => [path.relative(out, file), Object.keys(inputs)]));
}

/** The folders of the packages in esbuild's metafiles, as `node_modules/@scope/name`. */
function packagesIn(metafiles) {
  const folders = metafiles
    .flatMap(({ inputs }) => Object.keys(inputs))
    .flatMap((input) => {
      const found = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input.replace(/^[\w-]+:/, ""));
      return found ? [found[1]] : [];
    });
  return [...new Set(folders)].sort((one, other) => nameOf(one).localeCompare(nameOf(other)));
}

function nameOf(folder) {
  return folder.split("node_modules/").at(-1);
}

async function notice(folder) {
  const { version, license, author, homepage } = JSON.parse(await readFile(path.join(folder, "package.json"), "utf8"));
  const files = (await readdir(folder)).filter((name) => /^(licen[cs]e|copying|notice)/i.test(name)).sort();
  const texts = await Promise.all(files.map((file) => readFile(path.join(folder, file), "utf8")));
  // Some publish no licence text, only its name.
  const by = typeof author === "string" ? author : author?.name;
  const body =
    texts.length > 0
      ? texts.map((text) => text.trim()).join("\n\n")
      : `${license} licence, by ${by}\n${homepage ?? ""}`;
  return `${nameOf(folder)} ${version} (${license})\n\n${body}`;
}

/** Writes the licences of the packages that are in the bundles, all of them and no others, into one file. */
async function writeNotices(metafiles, file) {
  const notices = await Promise.all(packagesIn(metafiles).map(notice));
  const head = "Free Models Router for VS Code contains the following packages. We thank their authors.";
  await writeFile(file, `${[head, ...notices].join(`\n\n${"-".repeat(80)}\n\n`)}\n`);
}
