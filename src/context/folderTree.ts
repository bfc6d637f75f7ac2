/** A file or folder in a listing; only folders have `children`. */
export interface FolderEntry {
  readonly name: string;
  /** `"unread"` for a folder whose contents were not read. */
  children?: readonly FolderEntry[] | "unread";
  /** The number of entries that are missing from `children`. */
  omittedCount?: number;
}

/** Formats the entries as an indented list, sorted by name with folders first. Folder names end with `/`; `…` marks omitted entries. */
export function folderTree(entries: readonly FolderEntry[], indentation = ""): string {
  return [...entries]
    .sort((a, b) => Number(a.children === undefined) - Number(b.children === undefined) || compare(a.name, b.name))
    .map((entry) => formatEntry(entry, indentation))
    .join("");
}

function formatEntry({ name, children, omittedCount = 0 }: FolderEntry, indentation: string): string {
  if (children === undefined) return `${indentation}${name}\n`;
  if (children === "unread") return `${indentation}${name}/ …\n`;
  const more = omittedCount > 0 ? `${indentation}  … ${omittedCount} more\n` : "";
  return `${indentation}${name}/\n${folderTree(children, `${indentation}  `)}${more}`;
}

/** Independent of the locale, so that the order is the same on every machine. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
