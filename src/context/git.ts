import * as vscode from "vscode";

/** What is read of VS Code's own git extension (extensions/git/src/api/git.d.ts); another version may lack any of it. */
export interface Git {
  /** Where the program is. */
  readonly git: { readonly path: string };
  readonly repositories: readonly Repository[];
  getRepository(uri: vscode.Uri): Repository | null;
}

export interface Repository {
  readonly rootUri: vscode.Uri;
  readonly inputBox: { value: string };
  /** Against the index, or what is in the index against the last commit. */
  diff(cached: boolean): Promise<string>;
  log(options: { maxEntries: number }): Promise<unknown>;
  /** Reads `state` anew; without it, that follows the files a little later. */
  status(): Promise<void>;
  readonly state: unknown;
}

/** The git extension, started if need be; `undefined` where it is missing, turned off, or not what it was. */
export async function openGit(): Promise<Git | undefined> {
  const extension = vscode.extensions.getExtension<unknown>("vscode.git");
  if (!extension) return undefined;
  const door = await extension.activate();
  if (!isRecord(door) || door["enabled"] !== true || !isApiOwner(door)) return undefined;
  const api = door.getAPI(1);
  return isGit(api) ? api : undefined;
}

/**
 * The repository that is meant: the one that `hint` lies in, else that of the active editor, else the only one; among several, the
 * user chooses.
 */
export async function chooseRepository(git: Git, hint?: vscode.Uri): Promise<Repository | undefined> {
  const place = hint ?? vscode.window.activeTextEditor?.document.uri;
  const found = place && git.getRepository(place);
  if (isRepository(found)) return found;
  const repositories = git.repositories.filter(isRepository);
  if (repositories.length <= 1) return repositories[0];
  const items = repositories.map((repository) => ({
    label: vscode.workspace.asRelativePath(repository.rootUri),
    repository,
  }));
  const placeHolder = vscode.l10n.t("Choose a repository");
  return (await vscode.window.showQuickPick(items, { placeHolder }))?.repository;
}

/** The repository's root in a `SourceControl`, which is what VS Code's SCM view hands to commands. */
export function rootOf(sourceControl: unknown): vscode.Uri | undefined {
  const root = isRecord(sourceControl) ? sourceControl["rootUri"] : undefined;
  return root instanceof vscode.Uri ? root : undefined;
}

/** The first lines of the newest commits' messages, newest first; empty before the first commit. */
export async function lastSubjects(repository: Repository, count: number): Promise<string[]> {
  try {
    const commits = await repository.log({ maxEntries: count });
    return asArray(commits).flatMap((commit) =>
      isRecord(commit) && typeof commit["message"] === "string"
        ? [commit["message"].replace(/\n[^]*$/, "").trim()]
        : [],
    );
  } catch {
    return [];
  }
}

/** Files that git does not know yet, so that no diff tells of them: paths from the repository's root. */
export async function untrackedFiles(repository: Repository): Promise<string[]> {
  await repository.status();
  const { state, rootUri } = repository;
  if (!isRecord(state)) return [];
  const changes = [...asArray(state["workingTreeChanges"]), ...asArray(state["untrackedChanges"])];
  const paths = changes.flatMap((change) => {
    if (!isRecord(change) || change["status"] !== untrackedStatus) return [];
    const { uri } = change;
    return uri instanceof vscode.Uri ? [uri.path.slice(rootUri.path.replace(/\/$/, "").length + 1)] : [];
  });
  return [...new Set(paths)].sort();
}

/** `Status.UNTRACKED` of git.d.ts, a `const enum` that exists at run time as its number only. */
const untrackedStatus = 7;

function isApiOwner(value: object): value is { getAPI(version: number): unknown } {
  return "getAPI" in value && typeof value.getAPI === "function";
}

function isGit(value: unknown): value is Git {
  return (
    isRecord(value) &&
    isRecord(value["git"]) &&
    typeof value["git"]["path"] === "string" &&
    Array.isArray(value["repositories"]) &&
    typeof value["getRepository"] === "function"
  );
}

function isRepository(value: unknown): value is Repository {
  return (
    isRecord(value) &&
    value["rootUri"] instanceof vscode.Uri &&
    isRecord(value["inputBox"]) &&
    typeof value["inputBox"]["value"] === "string" &&
    typeof value["diff"] === "function" &&
    typeof value["log"] === "function" &&
    typeof value["status"] === "function"
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function asArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
