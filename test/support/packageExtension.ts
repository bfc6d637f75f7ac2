import { createVSIX } from "@vscode/vsce";
import { cp } from "node:fs/promises";
import path from "node:path";
import { runOwned } from "./ownedProcess";
import { projectRoot } from "./projectRoot";

/** Folders of a checkout that are not part of its source. */
const notSource = new Set(["node_modules", "dist", ".git", ".vscode-test", "screenshots"]);

/**
 * Builds for production and packages, like `npm run package`, but in a copy of the checkout under `folder`, so that it
 * neither sees nor changes what lies in dist/. Resolves to the .vsix and to the folder with the bundles.
 */
export async function packageExtension(folder: string): Promise<{ vsix: string; dist: string; checkout: string }> {
  const checkout = path.join(folder, "checkout");
  const dist = path.join(checkout, "dist");
  await cp(projectRoot, checkout, {
    recursive: true,
    filter: (source) => !notSource.has(path.relative(projectRoot, source)),
  });
  await runOwned(process.execPath, ["esbuild.mjs", "--production", `--outdir=${dist}`], { cwd: projectRoot });
  const vsix = path.join(folder, "extension.vsix");
  await createVSIX({
    cwd: checkout,
    packagePath: vsix,
    dependencies: false,
    // As long as there is no repository to resolve the README's picture against.
    allowMissingRepository: true,
    rewriteRelativeLinks: false,
  });
  return { vsix, dist, checkout };
}
