import * as vscode from "vscode";
import { isFile, searchFiles } from "./fileSearch";
import { parseCodeLinkName, type CodeLinkName } from "./codeLinkName";
import { workspaceSymbols } from "./symbols";

/** A file of the workspace, and where in it. */
interface Place {
  uri: vscode.Uri;
  start: vscode.Position;
}

/** How long an answer about a name holds: files come and go. In milliseconds. */
const lifetime = 30_000;
/** More names than that nobody asks about in the same half minute. */
const mostKnown = 2_000;
/** Of files with the names asked for. */
const mostFiles = 1_000;
/** Language services are asked for each symbol by itself, so for so many of a batch. */
const mostSymbols = 24;
/** One that still reads the project holds up nobody, in milliseconds. */
const patience = 3_000;

/**
 * The names in answers that are files or symbols of the workspace. Answers are hostile until proven otherwise: a name only
 * chooses among what the workspace's own search and language services find, so nothing outside of it can be opened.
 */
export class CodeLinks {
  readonly #known = new Map<string, { place: Place | undefined; until: number }>();

  /** Those of the names that can be opened. */
  async find(names: readonly string[]): Promise<string[]> {
    const now = Date.now();
    if (this.#known.size > mostKnown) this.#known.clear();
    const asked = names.filter((name) => (this.#known.get(name)?.until ?? 0) < now);
    for (const [name, place] of await findPlaces(asked)) this.#known.set(name, { place, until: now + lifetime });
    return names.filter((name) => this.#known.get(name)?.place !== undefined);
  }

  /** Opens what a name stands for in an editor; tells whether there was anything. */
  async open(name: string): Promise<boolean> {
    await this.find([name]);
    const place = this.#known.get(name)?.place;
    if (!place || !vscode.workspace.getWorkspaceFolder(place.uri)) return false;
    const selection = new vscode.Range(place.start, place.start);
    await vscode.commands.executeCommand("vscode.open", place.uri, { selection, preview: true });
    return true;
  }
}

async function findPlaces(names: readonly string[]): Promise<Map<string, Place | undefined>> {
  const mentions = new Map(names.map((name) => [name, parseCodeLinkName(name)]));
  const files = await findFiles([...mentions.values()].flatMap((mention) => mention?.path ?? []));
  const places = new Map<string, Place | undefined>();
  const symbols: { name: string; symbol: NonNullable<CodeLinkName["symbol"]> }[] = [];
  for (const [name, mention] of mentions) {
    const uri = mention?.path === undefined ? undefined : bestOf(files, mention.path);
    places.set(name, uri && { uri, start: new vscode.Position(Math.max(0, (mention?.line ?? 1) - 1), 0) });
    if (!uri && mention?.symbol) symbols.push({ name, symbol: mention.symbol });
  }
  await Promise.all(
    symbols.slice(0, mostSymbols).map(async ({ name, symbol }) => places.set(name, await findSymbol(symbol))),
  );
  // Of those that were not asked for nothing is known: the next who names them may be luckier.
  for (const { name } of symbols.slice(mostSymbols)) places.delete(name);
  return places;
}

/** All files of the workspace that end in one of these paths, in one search. */
async function findFiles(paths: readonly string[]): Promise<vscode.Uri[]> {
  if (paths.length === 0 || !vscode.workspace.workspaceFolders) return [];
  const inside = [...new Set(paths.map((path) => relative(path)))];
  // VS Code reads braces around one path as part of it.
  const pattern = inside.length === 1 ? `**/${inside[0] ?? ""}` : `**/{${inside.join(",")}}`;
  const found = (await searchFiles(pattern, mostFiles)) ?? (await filesAt(inside));
  return found.filter((uri) => vscode.workspace.getWorkspaceFolder(uri) !== undefined);
}

/** Those that lie at just these paths, looked at one by one: as much as can be told without a search. */
async function filesAt(paths: readonly string[]): Promise<vscode.Uri[]> {
  const uris = (vscode.workspace.workspaceFolders ?? []).flatMap(({ uri }) =>
    paths.map((path) => vscode.Uri.joinPath(uri, path)),
  );
  const found = await Promise.all(uris.map((uri) => isFile(uri)));
  return uris.filter((_, index) => found[index]);
}

/** An answer may repeat a whole path that it was told. */
function relative(path: string): string {
  for (const { uri } of vscode.workspace.workspaceFolders ?? []) {
    const folder = uri.path.replace(/^\//, "");
    if (path.startsWith(`${folder}/`)) return path.slice(folder.length + 1);
  }
  return path;
}

/** The file that is meant: the one at just this path, else the one that lies least deep. */
function bestOf(files: readonly vscode.Uri[], path: string): vscode.Uri | undefined {
  const end = `/${relative(path)}`;
  return files
    .filter((uri) => uri.path.endsWith(end))
    .sort((a, b) => a.path.split("/").length - b.path.split("/").length || a.path.localeCompare(b.path))[0];
}

async function findSymbol({ name, container }: NonNullable<CodeLinkName["symbol"]>): Promise<Place | undefined> {
  const symbol = (await workspaceSymbols(name, patience))
    .filter(({ location }) => !location.uri.path.includes("/node_modules/"))
    .filter((each) => bareName(each.name) === name)
    .find((each) => container === undefined || lastName(each.containerName) === container);
  return symbol && { uri: symbol.location.uri, start: symbol.location.range.start };
}

/** Some services add a function's parameters to its name. */
const bareName = (name: string): string => name.replace(/\(.*$/s, "");

const lastName = (name: string): string | undefined =>
  bareName(name)
    .split(/\.|::|#/)
    .at(-1);
