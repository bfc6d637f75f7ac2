/** A name in a folder; a folder has `inside`, which is `"unread"` where it was not looked into. */
export interface FolderEntry {
  readonly name: string;
  inside?: readonly FolderEntry[] | "unread";
  /** So many more names of `inside` are left out. */
  more?: number;
}

/** The entries as an indented list, folders first and with a slash, each in the order of its name; what was left out shows. */
export function folderTree(entries: readonly FolderEntry[], indentation = ""): string {
  return [...entries]
    .sort((a, b) => Number(a.inside === undefined) - Number(b.inside === undefined) || compare(a.name, b.name))
    .map((entry) => line(entry, indentation))
    .join("");
}

function line({ name, inside, more = 0 }: FolderEntry, indentation: string): string {
  if (inside === undefined) return `${indentation}${name}\n`;
  if (inside === "unread") return `${indentation}${name}/ …\n`;
  const rest = more > 0 ? `${indentation}  … ${more} more\n` : "";
  return `${indentation}${name}/\n${folderTree(inside, `${indentation}  `)}${rest}`;
}

/** The same everywhere, whatever the language of the machine. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
