/**
 * The folders of the packages among esbuild's inputs, such as `node_modules/@scope/name`, sorted by the name of the package. An
 * input may have the namespace of a plugin, such as `file:`.
 */
export function packageFolders(inputs: readonly string[]): string[] {
  const folders = inputs.flatMap((input) => {
    const found = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(input.replace(/^[\w-]+:/, ""));
    return found?.[1] === undefined ? [] : [found[1]];
  });
  return [...new Set(folders)].sort((one, other) => packageName(one).localeCompare(packageName(other)));
}

/** The name of the package in a folder: `@scope/name` for `node_modules/@scope/name`. */
export function packageName(folder: string): string {
  return folder.split("node_modules/").at(-1) ?? folder;
}
