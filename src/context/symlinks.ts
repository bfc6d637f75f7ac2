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

/** Whether a file is in a folder or its subfolders, by their real paths. `rules`: those of this machine by default. */
export function isInside(
  file: string,
  folder: string,
  rules: Pick<path.PlatformPath, "relative" | "isAbsolute" | "sep"> = path,
): boolean {
  const route = rules.relative(folder, file);
  return route !== "" && route !== ".." && !route.startsWith(`..${rules.sep}`) && !rules.isAbsolute(route);
}
