import { realpath } from "node:fs/promises";
import path from "node:path";

/** What a file is called where it really lies, if it is reached by a link of another name. */
export async function linkTargetName(file: string): Promise<string | undefined> {
  const target = await realpath(file).catch(() => file);
  const name = path.basename(target);
  return name === path.basename(file) ? undefined : name;
}
