import { createVSIX } from "@vscode/vsce";
import { cp } from "node:fs/promises";
import path from "node:path";
import { runOwned } from "./ownedProcess";
import { projectRoot } from "./projectRoot";

/** Folders of the checkout that are not source. */
const notSource = new Set(["node_modules", "dist", ".git", ".vscode-test", "screenshots"]);

/** Whether a file or folder directly in the root of the project belongs to the sources. */
export const isSource = (name: string): boolean => !notSource.has(name);

/**
 * Builds and packages the extension like `npm run package`, but in a copy of the checkout under `folder`, so that dist/ is
 * neither used nor changed. Resolves to the paths of the .vsix, the bundles and the copy.
 */
export async function packageExtension(folder: string): Promise<{ vsix: string; dist: string; checkout: string }> {
  const checkout = path.join(folder, "checkout");
  const dist = path.join(checkout, "dist");
  await cp(projectRoot, checkout, {
    recursive: true,
    filter: (source) => isSource(path.relative(projectRoot, source)),
  });
  await runOwned(process.execPath, ["esbuild.mjs", "--production", `--outdir=${dist}`], { cwd: projectRoot });
  const vsix = path.join(folder, "extension.vsix");
  await createVSIX({
    cwd: checkout,
    packagePath: vsix,
    dependencies: false,
    // The project has no repository URL yet for resolving the image in the README.
    allowMissingRepository: true,
    rewriteRelativeLinks: false,
  });
  return { vsix, dist, checkout };
}
