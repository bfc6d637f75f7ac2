import createIgnore, { type Ignore } from "ignore";

/** Reads the ignore rules of a folder, in the syntax of `.gitignore`; `undefined` if it has none. The top folder is `""`. */
export type ReadRules = (folder: string) => Promise<string | undefined>;

interface RulesOfFolder {
  readonly folder: string;
  readonly rules: Ignore;
}

/** A folder that was looked at. */
interface KnownFolder {
  readonly isIgnored: boolean;
  /** The rules that apply in it, those of the innermost folder first. */
  readonly rules: readonly RulesOfFolder[];
}

/**
 * Those of the paths that the ignore files of the folders above them exclude, as Git does it: the rules of inner folders come first, and nothing
 * below an ignored folder can be included again. Paths are relative to the top folder, with `/` between names.
 */
export async function pathsIgnoredByFiles(
  paths: readonly string[],
  readRules: ReadRules,
): Promise<ReadonlySet<string>> {
  const known = new Map<string, Promise<KnownFolder>>();

  function folderAt(path: string): Promise<KnownFolder> {
    const folder = known.get(path) ?? lookAt(path);
    known.set(path, folder);
    return folder;
  }

  async function lookAt(path: string): Promise<KnownFolder> {
    const above = path === "" ? { isIgnored: false, rules: [] } : await folderAt(parentOf(path));
    if (above.isIgnored || (path !== "" && isIgnored(`${path}/`, above.rules))) return { isIgnored: true, rules: [] };
    const text = await readRules(path);
    if (text === undefined) return above;
    const rules = createIgnore().add(text.replace(/^\ufeff/, ""));
    return { isIgnored: false, rules: [{ folder: path, rules }, ...above.rules] };
  }

  const ignored = await Promise.all(
    paths.map(async (path) => {
      const folder = await folderAt(parentOf(path));
      // The caller may mean a file or a folder.
      return folder.isIgnored || isIgnored(path, folder.rules) || isIgnored(`${path}/`, folder.rules);
    }),
  );
  return new Set(paths.filter((_, index) => ignored[index]));
}

/** The innermost rules that say something about the path decide. */
function isIgnored(path: string, rules: readonly RulesOfFolder[]): boolean {
  for (const { folder, rules: ofFolder } of rules) {
    const relative = folder === "" ? path : path.slice(folder.length + 1);
    if (!createIgnore.isPathValid(relative)) continue;
    const { ignored, unignored } = ofFolder.test(relative);
    if (ignored || unignored) return ignored;
  }
  return false;
}

function parentOf(path: string): string {
  return path.slice(0, Math.max(0, path.lastIndexOf("/")));
}
