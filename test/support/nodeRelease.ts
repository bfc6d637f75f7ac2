import path from "node:path";
import { cachedFolder } from "./cachedFolder";
import { npmInstall } from "./npm";

/** A Node on disk. */
export interface NodeRelease {
  /** Its package: it has the headers as well that native modules are built against. */
  folder: string;
  executable: string;
}

/** The npm package that holds a Node for this machine. */
const nodePackage = [
  // The package that one would look for belongs to somebody else.
  process.platform === "darwin" && process.arch === "arm64" ? "node-bin" : "node",
  process.platform === "win32" ? "win" : process.platform,
  process.arch,
].join("-");

/** A given Node ("22.23.3"), installed from npm when first asked for. */
export async function nodeRelease(version: string): Promise<NodeRelease> {
  const installed = await cachedFolder(`node-${version}`, (unfinished) =>
    npmInstall(unfinished, `${nodePackage}@${version}`),
  );
  const folder = path.join(installed, "node_modules", nodePackage);
  return { folder, executable: path.join(folder, "bin", process.platform === "win32" ? "node.exe" : "node") };
}
