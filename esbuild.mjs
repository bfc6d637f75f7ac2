// Builds the host bundles, the webview, and (with --test) the tests.
// Flags: --production minifies and collects the licenses, --watch rebuilds on change, --test builds test/ into dist/test/,
// --outdir=folder replaces dist/.
import { context } from "esbuild";
import { globSync } from "node:fs";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { brotliCompressSync } from "node:zlib";
import subsetFont from "subset-font";
import { packageFolders, packageName } from "./release/packageFolders.mts";

const production = process.argv.includes("--production");
const watch = process.argv.includes("--watch");
const test = process.argv.includes("--test");
const out = process.argv.find((flag) => flag.startsWith("--outdir="))?.slice("--outdir=".length) ?? "dist";

/** Packages with a bundle of their own: loaded on first use or, as l10n with its translations, shared by all bundles. */
const packageBundles = { ajv: "ajv/dist/2020.js", l10n: "@vscode/l10n", undici: "undici" };

/** Data in src/ that was taken from another project, with its license beside it. */
const portedData = [
  {
    title: "gitleaks rules (MIT)",
    homepage: "https://github.com/gitleaks/gitleaks",
    license: "src/context/secretRules/LICENSE.gitleaks",
  },
];

/** Each file of src/features/ is a bundle that loads on first use. */
const features = Object.fromEntries(globSync("src/features/*.ts").map((file) => [path.basename(file, ".ts"), file]));

/** Modules with a bundle of their own that other bundles share, since they are large and needed in several. */
const sharedModules = {
  failureMessages: "src/failureMessages.ts",
  http: "src/http.ts",
  secrets: "src/context/secrets.ts",
};

/** The instructions of an agent for VS Code's chat; package.json names the file. */
const chatAgents = { "free.agent": "src/languageModels/free.agent.md" };

/** The feature that src/commands/ belongs to. */
const commandsFeature = "editor";

/** Turns imports across bundles into requires of the other bundle. */
const bundleBoundaries = {
  name: "bundle-boundaries",
  setup(build) {
    const isCommand = (file) => path.dirname(file) === path.normalize("src/commands");
    build.onResolve({ filter: /./ }, ({ kind, path: asked, resolveDir, namespace }) => {
      if (namespace === "command") return { path: asked, external: true };
      const name = Object.keys(packageBundles).find((each) => packageBundles[each] === asked);
      if (name === "l10n" || (name && kind === "dynamic-import")) return { path: `./${name}.js`, external: true };
      if (kind === "entry-point") return undefined;
      const file = path.relative(import.meta.dirname, path.join(resolveDir, `${asked}.ts`));
      const shared = Object.keys(sharedModules).find((each) => path.normalize(sharedModules[each]) === file);
      if (shared) return { path: `./${shared}.js`, external: true };
      if (kind !== "dynamic-import") return undefined;
      const feature = Object.keys(features).find((each) => path.normalize(features[each]) === file);
      if (feature) return { path: `./${feature}.js`, external: true };
      return isCommand(file) ? { path: path.basename(file, ".ts"), namespace: "command" } : undefined;
    });
    // The table in src/extension.ts imports each command from its file; at run time the file is a member of the editor's bundle.
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
 * Reduces the undici bundle to what src/http.ts uses: 240 KB instead of 730. Also keeps it isolated: as published, undici sets a
 * dispatcher on `globalThis` when it is imported, which Node's own fetch, and so every other extension, would use.
 */
const slimUndici = {
  name: "slim-undici",
  setup(build) {
    const replace = (file, contents) => build.onLoad({ filter: file }, () => ({ contents, loader: "js" }));
    replace(
      /[\\/]undici[\\/]index\.js$/,
      // The ProxyAgent needs `connect`, which the replaced file adds to the Dispatcher.
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
    // It reads forms in responses, which no service sends.
    replace(
      /[\\/]formdata-parser\.js$/,
      `exports.multipartFormDataParser = () => { throw new Error("This undici reads no forms"); };`,
    );
    // There are two builds of this parser; the one without SIMD runs everywhere.
    replace(/[\\/]llhttp_simd-wasm\.js$/, `module.exports = require("./llhttp-wasm.js");`);
    // It is base64, which a .vsix can hardly compress, so it is compressed before: 15 KB of the package instead of 24.
    build.onLoad({ filter: /[\\/]llhttp-wasm\.js$/ }, async ({ path: file }) => {
      const { default: wasm } = await import(pathToFileURL(file).href);
      const packed = brotliCompressSync(wasm).toString("base64");
      return {
        contents: `module.exports = require("node:zlib").brotliDecompressSync(Buffer.from("${packed}", "base64"));`,
        loader: "js",
      };
    });
  },
};

/** Leaves out ajv's schemas of schemas: src/router/jsonSchema.ts does not validate schemas against them. */
const slimAjv = {
  name: "slim-ajv",
  setup(build) {
    build.onLoad({ filter: /[\\/]ajv[\\/]dist[\\/]refs[\\/]json-schema-2020-12[\\/]index\.js$/ }, () => ({
      contents: "exports.default = function () { return this; };",
      loader: "js",
    }));
  },
};

const iconRule = /^\.codicon-([a-z0-9-]+):before \{ content: "\\([0-9a-f]+)" \}\n?/gm;

/** Leaves out the icons whose names occur nowhere in src/, from the font and its style sheet: 15 KB of the package instead of 75. */
const slimIcons = {
  name: "slim-icons",
  setup(build) {
    build.onLoad({ filter: /[\\/]codicon\.css$/ }, async ({ path: file }) => {
      const [css, used] = await Promise.all([readFile(file, "utf8"), iconNames()]);
      return { contents: css.replace(iconRule, (rule, name) => (used.has(name) ? rule : "")), loader: "css" };
    });
    build.onLoad({ filter: /[\\/]codicon\.ttf$/ }, async ({ path: file }) => {
      const styles = path.join(path.dirname(file), "codicon.css");
      const [font, css, used] = await Promise.all([readFile(file), readFile(styles, "utf8"), iconNames()]);
      const rules = [...css.matchAll(iconRule)].filter(([, name]) => used.has(name));
      const characters = rules.map(([, , code]) => String.fromCodePoint(Number.parseInt(code, 16)));
      return { contents: await subsetFont(font, characters.join(""), { targetFormat: "truetype" }), loader: "file" };
    });
  },
};

/** The words in src/ that can be names of icons: quoted, or in a class name. */
async function iconNames() {
  const sources = globSync("src/**/*.{ts,tsx}").map((file) => readFile(file, "utf8"));
  const words = (await Promise.all(sources)).flatMap((text) => [...text.matchAll(/(?:"|codicon-)([a-z][a-z0-9-]*)/g)]);
  return new Set(words.map(([, word]) => word));
}

/** Tests load packages from node_modules. `vscode` stays unresolved, so that a stray import of it fails the build. */
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

/** In watch mode, reports when all bundles are built, and each problem on its own line (.vscode/tasks.json parses both). */
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
  legalComments: "none",
  sourcemap: !production,
  logLevel: watch ? "silent" : "warning",
  target: "node22",
  platform: "node",
  format: "cjs",
};

const host = {
  ...shared,
  entryPoints: { extension: "src/extension.ts", ...features, ...sharedModules, ...chatAgents },
  outdir: out,
  external: ["vscode"],
  loader: { ".md": "copy" },
  plugins: [bundleBoundaries, progress],
  // Bundles are loaded with require: `import()` of CommonJS would have to guess export names.
  supported: { "dynamic-import": false },
};
/** The thread that searches the project. It has a file of its own and shares no bundle. */
const worker = {
  ...shared,
  entryPoints: { projectWorker: "src/project/worker.ts" },
  outdir: out,
  plugins: [progress],
};
const chunks = {
  ...shared,
  entryPoints: packageBundles,
  outdir: out,
  plugins: [slimUndici, slimAjv, progress],
  // undici's own flag, which Node uses too, to leave out the experimental HTTP parser.
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
  plugins: [...(production ? [slimIcons] : []), progress],
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

/** The page that tests open without VS Code, minified as in the release. */
const testPage = {
  ...webview,
  outdir: `${out}/test/pages/chat`,
  minify: true,
  sourcemap: false,
};

const bundles = test ? [tests, vscodeTests, testPage] : [host, worker, chunks, webview];
if (!watch)
  for (const old of test ? [`${out}/test`] : [`${out}/webview`, ...globSync(`${out}/*.js*`)])
    await rm(old, { recursive: true, force: true });
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

/** The modules of each bundle; a test finds those that are in more than one. */
function modulesOf(metafiles) {
  const outputs = metafiles.flatMap((each) => Object.entries(each.outputs));
  return Object.fromEntries(outputs.map(([file, { inputs }]) => [path.relative(out, file), Object.keys(inputs)]));
}

async function notice(folder) {
  const { version, license, author, homepage } = JSON.parse(await readFile(path.join(folder, "package.json"), "utf8"));
  const files = (await readdir(folder)).filter((name) => /^(licen[cs]e|copying|notice)/i.test(name)).sort();
  const texts = await Promise.all(files.map((file) => readFile(path.join(folder, file), "utf8")));
  // Some packages publish only the name of their license.
  const by = typeof author === "string" ? author : author?.name;
  const body =
    texts.length > 0
      ? texts.map((text) => text.trim()).join("\n\n")
      : `${license} licence, by ${by}\n${homepage ?? ""}`;
  return `${packageName(folder)} ${version} (${license})\n\n${body}`;
}

async function portedNotice({ title, homepage, license }) {
  return `${title}\n\n${homepage}\n\n${(await readFile(license, "utf8")).trim()}`;
}

/** Writes the licenses of exactly the bundled packages into one file. */
async function writeNotices(metafiles, file) {
  const inputs = metafiles.flatMap((each) => Object.keys(each.inputs));
  const notices = await Promise.all([...packageFolders(inputs).map(notice), ...portedData.map(portedNotice)]);
  const head = "Free Models Router for VS Code contains the following packages. We thank their authors.";
  await writeFile(file, `${[head, ...notices].join(`\n\n${"-".repeat(80)}\n\n`)}\n`);
}
