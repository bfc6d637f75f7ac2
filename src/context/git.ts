import * as vscode from "vscode";
import { showQuickPick } from "../iconLabels";
import { iconText } from "../iconText";
import { displayPath } from "./displayPath";

/** The part of the Git extension's API that is used here (extensions/git/src/api/git.d.ts). Checked at run time, since versions differ. */
export interface GitApi {
  /** The path of the Git executable. */
  readonly git: { readonly path: string };
  readonly repositories: readonly Repository[];
  getRepository(uri: vscode.Uri): Repository | null;
}

export interface Repository {
  readonly rootUri: vscode.Uri;
  readonly inputBox: { value: string };
  /** `cached` diffs the index against the last commit; otherwise the working tree against the index. */
  diff(cached: boolean): Promise<string>;
  log(options: { maxEntries: number }): Promise<unknown>;
  /** Refreshes `state`, which otherwise lags behind file changes. */
  status(): Promise<void>;
  readonly state: unknown;
}

/** The API of the Git extension, which is activated if necessary; `undefined` if it is missing, disabled or incompatible. */
export async function getGitApi(): Promise<GitApi | undefined> {
  const extension = vscode.extensions.getExtension<unknown>("vscode.git");
  if (!extension) return undefined;
  const gitExtension = await extension.activate();
  if (!isRecord(gitExtension) || gitExtension["enabled"] !== true || !hasGetApi(gitExtension)) return undefined;
  const api = gitExtension.getAPI(1);
  return isGitApi(api) ? api : undefined;
}

/** The repository that contains `hint` or else the active file. Otherwise the only repository, or the user's choice among several. */
export async function chooseRepository(git: GitApi, hint?: vscode.Uri): Promise<Repository | undefined> {
  const uri = hint ?? vscode.window.activeTextEditor?.document.uri;
  const found = uri && git.getRepository(uri);
  if (isRepository(found)) return found;
  const repositories = git.repositories.filter(isRepository);
  if (repositories.length <= 1) return repositories[0];
  const items = repositories.map((repository) => ({
    label: iconText(displayPath(repository.rootUri)),
    repository,
  }));
  const placeHolder = vscode.l10n.t("Select a repository");
  return (await showQuickPick(items, { placeHolder }))?.repository;
}

/** The repository root of a `SourceControl`, the argument that VS Code's SCM view passes to commands. */
export function repositoryRoot(sourceControl: unknown): vscode.Uri | undefined {
  const root = isRecord(sourceControl) ? sourceControl["rootUri"] : undefined;
  return root instanceof vscode.Uri ? root : undefined;
}

/** The subject lines of the latest `count` commits, newest first; empty before the first commit. */
export async function recentCommitSubjects(repository: Repository, count: number): Promise<string[]> {
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

/** Untracked files, which no diff contains, as paths relative to the repository root. */
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

/** `Status.UNTRACKED` of git.d.ts, a `const enum` and therefore only a number at run time. */
const untrackedStatus = 7;

function hasGetApi(value: object): value is { getAPI(version: number): unknown } {
  return "getAPI" in value && typeof value.getAPI === "function";
}

function isGitApi(value: unknown): value is GitApi {
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
