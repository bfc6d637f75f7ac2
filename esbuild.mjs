// Builds everything that runs: the host bundle with its lazy chunks, the webview, and (with --test) the tests.
// Flags: --production minifies, --watch rebuilds on change, --test builds what is under test/ into dist/test/.
import { context } from "esbuild";
import { globSync } from "node:fs";
import { rm } from "node:fs/promises";

const production = process.argv.includes("--production");
const watch = process.argv.includes("--watch");
const test = process.argv.includes("--test");

/** Packages that the host loads on first use only: each is a bundle of its own beside dist/extension.js. */
const lazyChunks = { ajv: "ajv/dist/2020", undici: "undici" };

/** In the host bundle `import("undici")` becomes a require of the chunk beside it. */
const lazy = {
  name: "lazy-chunks",
  setup(build) {
    build.onResolve({ filter: /^(undici|ajv\/dist\/2020)$/ }, ({ kind, path }) => {
      if (kind !== "dynamic-import") return undefined;
      const chunk = Object.keys(lazyChunks).find((name) => lazyChunks[name] === path);
      return { path: `./${chunk}.js`, external: true };
    });
  },
};

/** Tests run from node_modules as they are, but a stray `vscode` where there is none must fail the build. */
const packagesExceptVscode = {
  name: "packages-except-vscode",
  setup(build) {
    build.onResolve({ filter: /^[^./]/ }, ({ path, kind }) => {
      if (kind === "entry-point" || path.startsWith("node:") || path === "vscode") return undefined;
      return { path, external: true };
    });
  },
};

const shared = {
  bundle: true,
  minify: production,
  sourcemap: !production,
  logLevel: "warning",
  target: "node22",
  platform: "node",
  format: "cjs",
};

const host = { ...shared, entryPoints: ["src/extension.ts"], outdir: "dist", external: ["vscode"], plugins: [lazy] };
const chunks = { ...shared, entryPoints: lazyChunks, outdir: "dist" };
const webview = {
  ...shared,
  entryPoints: { main: "src/webview/main.ts", style: "src/webview/style.css" },
  outdir: "dist/webview",
  platform: "browser",
  target: "chrome138",
  format: "esm",
  splitting: true,
  loader: { ".ttf": "file" },
  jsx: "automatic",
  jsxImportSource: "preact",
};
const tests = {
  ...shared,
  entryPoints: globSync("test/{unit,support,bench,journeys}/**/*.ts"),
  outdir: "dist/test",
  outbase: "test",
  minify: false,
  sourcemap: true,
  define: { "import.meta.dirname": "__dirname" },
  plugins: [packagesExceptVscode],
};
const vscodeTests = {
  ...tests,
  entryPoints: globSync("test/vscode/**/*.ts"),
  external: ["vscode"],
};

const bundles = test ? [tests, vscodeTests] : [host, chunks, webview];
if (!watch)
  for (const folder of test ? ["dist/test"] : ["dist/webview"]) await rm(folder, { recursive: true, force: true });
const contexts = await Promise.all(
  bundles.filter((bundle) => Object.keys(bundle.entryPoints).length > 0).map((bundle) => context(bundle)),
);
if (watch) {
  await Promise.all(contexts.map((each) => each.watch()));
} else {
  await Promise.all(contexts.map((each) => each.rebuild()));
  await Promise.all(contexts.map((each) => each.dispose()));
}
