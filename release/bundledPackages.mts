import { readFile } from "node:fs/promises";
import path from "node:path";
import { packageFolders } from "./packageFolders.mts";
import type { PackageManifest } from "./sbom.mts";

/** A package whose code is in a bundle. */
export interface BundledPackage {
  /** Relative to the root of the project, as in package-lock.json: `node_modules/name`. */
  folder: string;
  manifest: PackageManifest;
}

/** The packages of the project in `root` that its production build has bundled, according to the modules.json in `dist`. */
export async function bundledPackages(root: string, dist = path.join(root, "dist")): Promise<BundledPackage[]> {
  const modules = await readJson<Record<string, string[]>>(path.join(dist, "modules.json"));
  const folders = packageFolders(Object.values(modules).flat());
  return Promise.all(
    folders.map(async (folder) => ({
      folder,
      manifest: await readJson<PackageManifest>(path.join(root, folder, "package.json")),
    })),
  );
}

/** The package.json of the extension, described in English. */
export async function extensionManifest(root: string): Promise<PackageManifest> {
  const { description } = await readJson<{ description: string }>(path.join(root, "package.nls.json"));
  return { ...(await readJson<PackageManifest>(path.join(root, "package.json"))), description };
}

async function readJson<T>(file: string): Promise<T> {
  return JSON.parse(await readFile(file, "utf8")) as T;
}
