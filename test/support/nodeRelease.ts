import path from "node:path";
import { cachedFolder } from "./cachedFolder";
import { npmInstall } from "./npm";

/** The npm package that holds a Node for this machine, binary and headers. */
export const nodePackage = [
  // The package that one would look for belongs to somebody else.
  process.platform === "darwin" && process.arch === "arm64" ? "node-bin" : "node",
  process.platform === "win32" ? "win" : process.platform,
  process.arch,
].join("-");

/** The executable of a given Node ("22.23.3"), installed from npm when first asked for. */
export async function nodeRelease(version: string): Promise<string> {
  const folder = await cachedFolder(`node-${version}`, (unfinished) =>
    npmInstall(unfinished, `${nodePackage}@${version}`),
  );
  return path.join(folder, "node_modules", nodePackage, "bin", process.platform === "win32" ? "node.exe" : "node");
}
