import createIgnore from "ignore";

/**
 * The paths that rules in the syntax of `.gitignore` exclude, also as folders. Paths are relative to the folder of the rules, with `/` between
 * names. Rules that are not valid exclude nothing.
 */
export function excludedPaths(rules: string, paths: readonly string[]): ReadonlySet<string> {
  const ignore = createIgnore().add(rules.replace(/^\ufeff/, ""));
  const isExcluded = (path: string): boolean => createIgnore.isPathValid(path) && ignore.ignores(path);
  return new Set(paths.filter((path) => isExcluded(path) || isExcluded(`${path}/`)));
}
