import { realpath } from "node:fs/promises";
import path from "node:path";

/** Whether the file is a symbolic link to a target outside its folder, or does not exist. */
export async function linksOutside(file: string): Promise<boolean> {
  try {
    const [target, folder] = await Promise.all([realpath(file), realpath(path.dirname(file))]);
    return !isInside(target, folder);
  } catch {
    return true;
  }
}

/**
 * Whether the path below `folder` is a symbolic link or leads through one. The folder itself may be one that the user opened through a link. What
 * cannot be looked at counts as a link.
 */
export async function isBehindLink(file: string, folder: string): Promise<boolean> {
  try {
    const [real, realFolder] = await Promise.all([realpath(file), realpath(folder)]);
    return !isSamePath(real, path.join(realFolder, path.relative(folder, file)));
  } catch {
    return true;
  }
}

/** Windows and macOS take other letter cases, and macOS other forms of the same letters, for the same file. */
function isSamePath(one: string, other: string): boolean {
  const isExact = process.platform !== "win32" && process.platform !== "darwin";
  const plain = (each: string): string => (isExact ? each : each.normalize("NFC").toLowerCase());
  return plain(one) === plain(other);
}

/** Whether a file is in a folder or its subfolders, by their real paths. `rules`: those of this machine by default. */
export function isInside(
  file: string,
  folder: string,
  rules: Pick<path.PlatformPath, "relative" | "isAbsolute" | "sep"> = path,
): boolean {
  const route = rules.relative(folder, file);
  return route !== "" && route !== ".." && !route.startsWith(`..${rules.sep}`) && !rules.isAbsolute(route);
}
