import { open, type FileHandle } from "node:fs/promises";

/** The prototype of all file handles, to mock their methods. Node does not export their class; `path` is any file or folder. */
export async function fileHandlePrototype(path: string): Promise<FileHandle> {
  const handle = await open(path);
  await handle.close();
  return Object.getPrototypeOf(handle) as FileHandle;
}
