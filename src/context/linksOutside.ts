import { realpath } from "node:fs/promises";
import path from "node:path";

/** Whether the file is a symbolic link to a target outside its folder, or does not exist. */
export async function linksOutside(file: string): Promise<boolean> {
  try {
    const [target, folder] = await Promise.all([realpath(file), realpath(path.dirname(file))]);
    return !target.startsWith(folder.endsWith(path.sep) ? folder : folder + path.sep);
  } catch {
    return true;
  }
}
