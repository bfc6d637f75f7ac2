import { realpath } from "node:fs/promises";
import path from "node:path";

/** Whether what lies at this path is a link to what lies outside of its folder, or to nothing. */
export async function linksOutside(file: string): Promise<boolean> {
  try {
    const [target, folder] = await Promise.all([realpath(file), realpath(path.dirname(file))]);
    return !target.startsWith(folder.endsWith(path.sep) ? folder : folder + path.sep);
  } catch {
    return true;
  }
}
