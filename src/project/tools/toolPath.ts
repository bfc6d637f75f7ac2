import { isPortablePath } from "../../context/windowsNames";

/** Folders whose files are never given to a model, whatever the ignore files say: repositories, packages, and keys. */
const closedFolders = new Set([".git", ".hg", ".svn", ".ssh", ".gnupg", ".aws", ".azure", ".kube", "node_modules"]);

/**
 * The names of a path as models write it, relative to a workspace folder: `./src/basket.ts`; an empty list for the folder itself. Returns a
 * sentence for the model if the path could mean anything else, such as `../x`, `/etc/passwd`, `~/x` or `file:///x`.
 */
export function parseToolPath(path: string): readonly string[] | { readonly problem: string } {
  const names = path.trim().replaceAll("\\", "/").replace(/\/+$/, "").split("/");
  const isAbsolute = /^\s*[\\/~]/.test(path);
  const inside = names.filter((name) => name !== "." && name !== "");
  if (isAbsolute || inside.some((name) => /[:\0]/.test(name) || name === "..") || !isPortablePath(inside.join("/")))
    return { problem: "Only paths inside the workspace can be read, relative to its folder: src/app.ts" };
  if (isClosed(inside)) return { problem: "This folder is not shared." };
  return inside;
}

/** Whether one of the names is a folder that is never given to a model. */
export function isClosed(names: readonly string[]): boolean {
  return names.some((name) => closedFolders.has(name.toLowerCase()));
}
