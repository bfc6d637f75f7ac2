import { visibleName } from "../visibleText";
import type { TextAttachment } from "./attachment";

type Range = NonNullable<TextAttachment["range"]>;

/** The last segment of a path with `/` as separator. */
export function fileName(path: string): string {
  return path.slice(path.replace(/\/+$/, "").lastIndexOf("/") + 1);
}

/** The file name for the UI, for labels of attachments, which are part of the prompt, and for messages. */
export function displayName(path: string): string {
  return visibleName(fileName(path));
}

/**
 * The paths of the folders that contain a file, from the innermost up to but without the workspace folder at `root`. Counts characters
 * instead of comparing them: on Windows and macOS, the two paths may differ in case.
 */
export function parentFolders(path: string, root: string): string[] {
  const folders: string[] = [];
  const rootLength = root.replace(/\/+$/, "").length;
  for (let end = path.lastIndexOf("/"); end > rootLength; end = path.lastIndexOf("/", end - 1))
    folders.push(path.slice(0, end));
  return folders;
}

/** A file name with one-based line numbers: `router.ts:12-40`. */
export function locationLabel(name: string, range: Range): string {
  const first = range.startLine + 1;
  const last = lastLine(range) + 1;
  return first === last ? `${name}:${first}` : `${name}:${first}-${last}`;
}

/** A selection of whole lines ends at the start of the next line, which does not count. */
function lastLine({ startLine, endLine, endCharacter }: Range): number {
  return endCharacter === 0 && endLine > startLine ? endLine - 1 : endLine;
}
