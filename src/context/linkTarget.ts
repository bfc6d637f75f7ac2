import { realpath } from "node:fs/promises";

/** The path of the final target if the file or a folder above it is a symbolic link; `undefined` otherwise, or without a target. */
export async function linkTarget(file: string): Promise<string | undefined> {
  const target = await realpath(file).catch(() => file);
  return target === file ? undefined : target;
}
