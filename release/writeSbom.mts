/** `npm run sbom`: lists what the production build in dist/ has bundled, in dist/sbom.cdx.json. */
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { bundledPackages, extensionManifest } from "./bundledPackages.mts";
import { createSbom } from "./sbom.mts";

const root = path.join(import.meta.dirname, "..");
const packages = (await bundledPackages(root)).map(({ manifest }) => manifest);
await writeFile(
  path.join(root, "dist", "sbom.cdx.json"),
  `${createSbom(await extensionManifest(root), packages, new Date())}\n`,
);
console.log(`dist/sbom.cdx.json lists ${packages.map(({ name, version }) => `${name} ${version}`).join(", ")}.`);
