import * as vscode from "vscode";
import { isFile, searchFiles } from "./fileSearch";
import { parseCodeLinkName, type CodeLinkName } from "./codeLinkName";
import { workspaceSymbols } from "./symbolMentions";

/** What became of names in an answer. A name can be both: a file that exists, with a line that does not. */
export interface NamesInAnswer {
  readonly found: readonly string[];
  readonly missing: readonly string[];
}

/** A position in a file of the workspace. */
interface CodeLocation {
  uri: vscode.Uri;
  start: vscode.Position;
}

/** How long a lookup is cached, in milliseconds: files come and go. */
const cacheMs = 30_000;
/** The cache is cleared when it holds more names than this. */
const maxCachedNames = 2_000;
const maxFiles = 1_000;
/** Each symbol takes a separate request to the language services, so a batch looks up only this many. */
const maxSymbols = 24;
/** A language service that is still indexing the project must not delay the other links. In milliseconds. */
const symbolTimeoutMs = 3_000;

/**
 * Resolves the names in answers that refer to files or symbols of the workspace. Answers are untrusted: a name only selects from the results
 * of the workspace search and the language services, so it cannot open anything outside the workspace.
 */
export class CodeLinks {
  readonly #cache = new Map<string, { location: CodeLocation | undefined; isMissing: boolean; expiresAt: number }>();

  /** Which of the names can be opened, and which are paths or lines that do not exist. */
  async find(names: readonly string[]): Promise<NamesInAnswer> {
    const now = Date.now();
    if (this.#cache.size > maxCachedNames) this.#cache.clear();
    const missing = names.filter((name) => (this.#cache.get(name)?.expiresAt ?? 0) < now);
    const locations = await findLocations(missing);
    const isMissing = await Promise.all([...locations].map(([name, location]) => isMissingPlace(name, location)));
    for (const [index, [name, location]] of [...locations].entries())
      this.#cache.set(name, { location, isMissing: isMissing[index] ?? false, expiresAt: now + cacheMs });
    return {
      found: names.filter((name) => this.#cache.get(name)?.location !== undefined),
      missing: names.filter((name) => this.#cache.get(name)?.isMissing),
    };
  }

  /** Opens the file or symbol in an editor. Resolves to false if the name refers to nothing in the workspace. */
  async open(name: string): Promise<boolean> {
    await this.find([name]);
    const location = this.#cache.get(name)?.location;
    if (!location || !vscode.workspace.getWorkspaceFolder(location.uri)) return false;
    const selection = new vscode.Range(location.start, location.start);
    await vscode.commands.executeCommand("vscode.open", location.uri, { selection, preview: true });
    return true;
  }
}

/** The file of the workspace that a path in an answer refers to, as for links. The path comes from `parseCodeLinkName`. */
export async function findNamedFile(path: string): Promise<vscode.Uri | undefined> {
  return bestMatch(await findFiles([path]), path);
}

/** A larger file is not read to count its lines. In bytes. */
const maxCountedSize = 2_000_000;

/** Whether the name is a path that refers to nothing, or a line after the end of its file. */
async function isMissingPlace(name: string, location: CodeLocation | undefined): Promise<boolean> {
  const parsed = parseCodeLinkName(name);
  if (parsed?.path === undefined) return false;
  // A single word with a dot can be anything: `node.js`, `e.g.`, `Basket.add`.
  if (!location) return /[\\/].*\.\w{1,8}$/.test(parsed.path) || parsed.line !== undefined;
  if (parsed.line === undefined) return false;
  try {
    const { size } = await vscode.workspace.fs.stat(location.uri);
    if (size > maxCountedSize) return false;
    const text = Buffer.from(await vscode.workspace.fs.readFile(location.uri)).toString("utf8");
    return parsed.line > text.split("\n").length;
  } catch {
    return false;
  }
}

async function findLocations(names: readonly string[]): Promise<Map<string, CodeLocation | undefined>> {
  const parsedNames = new Map(names.map((name) => [name, parseCodeLinkName(name)]));
  const files = await findFiles([...parsedNames.values()].flatMap((parsed) => parsed?.path ?? []));
  const locations = new Map<string, CodeLocation | undefined>();
  const symbols: { name: string; symbol: NonNullable<CodeLinkName["symbol"]> }[] = [];
  for (const [name, parsed] of parsedNames) {
    const uri = parsed?.path === undefined ? undefined : bestMatch(files, parsed.path);
    locations.set(name, uri && { uri, start: new vscode.Position(Math.max(0, (parsed?.line ?? 1) - 1), 0) });
    if (!uri && parsed?.symbol) symbols.push({ name, symbol: parsed.symbol });
  }
  await Promise.all(
    symbols.slice(0, maxSymbols).map(async ({ name, symbol }) => locations.set(name, await findSymbol(symbol))),
  );
  // Symbols over the limit are not cached as missing, so that a later call can look them up.
  for (const { name } of symbols.slice(maxSymbols)) locations.delete(name);
  return locations;
}

/** All files of the workspace that end in one of these paths, in one search. */
async function findFiles(paths: readonly string[]): Promise<vscode.Uri[]> {
  if (paths.length === 0 || !vscode.workspace.workspaceFolders) return [];
  const relativePaths = [...new Set(paths.map((path) => relativePath(path)))];
  // VS Code takes braces around a single path literally.
  const pattern = relativePaths.length === 1 ? `**/${relativePaths[0] ?? ""}` : `**/{${relativePaths.join(",")}}`;
  const found = await searchFiles(pattern, maxFiles);
  const missing = relativePaths.filter((path) => !found?.some((uri) => uri.path.endsWith(`/${path}`)));
  // VS Code can search the disk; whether it can search a virtual folder depends on the extension behind it.
  const unsearched = vscode.workspace.workspaceFolders.filter(({ uri }) => !found || uri.scheme !== "file");
  const exact = [
    ...relativePaths.flatMap((path) => inNamedFolder(path) ?? []),
    ...unsearched.flatMap(({ uri }) => missing.map((path) => vscode.Uri.joinPath(uri, path))),
  ];
  const exists = await Promise.all(exact.map((uri) => isFile(uri)));
  const files = [...exact.filter((_, index) => exists[index]), ...(found ?? [])];
  return files.filter((uri) => vscode.workspace.getWorkspaceFolder(uri) !== undefined);
}

/** What a path that starts with the name of a workspace folder refers to: with several folders VS Code writes paths like that. */
function inNamedFolder(path: string): vscode.Uri | undefined {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const folder = folders.length > 1 ? folders.find(({ name }) => path.startsWith(`${name}/`)) : undefined;
  return folder && vscode.Uri.joinPath(folder.uri, path.slice(folder.name.length + 1));
}

/** Answers may repeat an absolute path from the prompt. */
function relativePath(path: string): string {
  for (const { uri } of vscode.workspace.workspaceFolders ?? []) {
    const folder = uri.path.replace(/^\//, "");
    if (path.startsWith(`${folder}/`)) return path.slice(folder.length + 1);
  }
  return path;
}

/** The file in the named workspace folder, or the matching file that is nested least deep: an exact match of the path comes first. */
function bestMatch(files: readonly vscode.Uri[], path: string): vscode.Uri | undefined {
  const named = inNamedFolder(relativePath(path))?.toString();
  const end = `/${relativePath(path)}`;
  const inNamed = files.find((uri) => uri.toString() === named);
  if (inNamed) return inNamed;
  return files
    .filter((uri) => uri.path.endsWith(end))
    .sort((a, b) => a.path.split("/").length - b.path.split("/").length || a.path.localeCompare(b.path))[0];
}

async function findSymbol({ name, container }: NonNullable<CodeLinkName["symbol"]>): Promise<CodeLocation | undefined> {
  const symbol = (await workspaceSymbols(name, symbolTimeoutMs))
    .filter(({ location }) => !location.uri.path.includes("/node_modules/"))
    .filter((candidate) => withoutParameters(candidate.name) === name)
    .find((candidate) => container === undefined || lastSegment(candidate.containerName) === container);
  return symbol && { uri: symbol.location.uri, start: symbol.location.range.start };
}

/** Some language services append the parameters to a function's name. */
const withoutParameters = (name: string): string => name.replace(/\(.*$/s, "");

const lastSegment = (name: string): string | undefined =>
  withoutParameters(name)
    .split(/\.|::|#/)
    .at(-1);
