import * as vscode from "vscode";
import { branchBase, branchDiff, canCompareBranches, currentBranch, otherBranches } from "../context/gitBranches";
import { untrackedFiles, type Repository } from "../context/git";
import { showQuickPick } from "../iconLabels";
import { icon, iconText } from "../iconText";
import { newFile, parseDiff, type ChangedFile, type ParsedDiff } from "./changedFiles";
import { isReviewable } from "./reviewParts";

/** What is reviewed: changes in the working tree, in the index, or those of the branch's commits since it left its base. */
export type ReviewSource =
  { readonly kind: "working" | "staged" } | { readonly kind: "branch"; readonly branch: string; readonly base: string };

/** The changes to review, and the number of files that are left out: binary, generated or ignored ones, and those in conflict. */
export interface ReviewChanges {
  readonly files: readonly ChangedFile[];
  readonly leftOut: number;
}

/** Finds those of the URIs, as strings, that Git ignores or a `.freemodelsignore` excludes. */
export type FindIgnored = (uris: readonly vscode.Uri[]) => Promise<ReadonlySet<string>>;

/** More new files than these are left out: a folder missing from `.gitignore` could hold thousands. */
const maxNewFiles = 100;
/** Larger new files are left out: they are data. */
const maxNewFileBytes = 200_000;

/** What tools write, where a review finds nothing and costs requests. */
const generatedFile =
  /(?:^|\/)(?:package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|go\.sum)$|\.(?:lock|lockb|map|snap|svg)$|\.min\.(?:js|css)$/i;

/**
 * Lets the user choose what to review. Without a choice if only one thing has changes and there is no branch to compare with. `undefined`
 * if they cancel, `"nothing"` if there are no changes at all.
 */
export async function chooseSource(
  repository: Repository,
  findIgnored: FindIgnored,
): Promise<ReviewSource | "nothing" | undefined> {
  const working = await readChanges(repository, { kind: "working" }, findIgnored);
  const staged = await readChanges(repository, { kind: "staged" }, findIgnored);
  const branch = canCompareBranches(repository) ? currentBranch(repository) : undefined;
  const others = branch === undefined ? [] : await otherBranches(repository, branch);
  const base = branch === undefined ? undefined : await branchBase(repository, branch);
  const items = [
    ...changesItem("working", working, vscode.l10n.t("Working Tree")),
    ...changesItem("staged", staged, vscode.l10n.t("Staged Changes")),
    ...(branch === undefined || others.length === 0 ? [] : [branchItem(branch, base)]),
  ];
  const [only] = items;
  if (!only) return "nothing";
  const chosen =
    items.length === 1 ? only : await showQuickPick(items, { placeHolder: vscode.l10n.t("What should be reviewed?") });
  if (!chosen) return undefined;
  if (chosen.source) return chosen.source;
  return branch === undefined ? undefined : chooseBase(branch, others);
}

/** Why there is no repository: virtual and untrusted windows have no Git. */
export function noRepositoryMessage(): string {
  const { isTrusted, workspaceFolders } = vscode.workspace;
  if (!isTrusted)
    return vscode.l10n.t("Changes cannot be reviewed in Restricted Mode, where Git is off. Trust the workspace first.");
  if (workspaceFolders?.every(({ uri }) => uri.scheme !== "file"))
    return vscode.l10n.t("Changes cannot be reviewed here, because Git needs a folder on disk.");
  return vscode.l10n.t("No Git repository found. Open a folder that contains one, or initialize a repository.");
}

/** The changes as they are now. Throws what the Git extension throws. */
export async function readChanges(
  repository: Repository,
  source: ReviewSource,
  findIgnored: FindIgnored,
): Promise<ReviewChanges> {
  const parsed = parseDiff(await diffOf(repository, source));
  const added = source.kind === "working" ? await newFiles(repository) : { files: [], unreadable: 0 };
  const all = [...parsed.files, ...added.files];
  const ignored = await findIgnored(all.map(({ path }) => fileUri(repository, path)));
  const files = all.filter(
    ({ path }) => !generatedFile.test(path) && !ignored.has(fileUri(repository, path).toString()),
  );
  return { files, leftOut: all.length - files.length + parsed.unreadable + added.unreadable };
}

/** The URI of a file of the repository in the working tree. */
export function fileUri({ rootUri }: Repository, path: string): vscode.Uri {
  return vscode.Uri.joinPath(rootUri, path);
}

function diffOf(repository: Repository, source: ReviewSource): Promise<string> {
  return source.kind === "branch" ? branchDiff(repository, source.base) : repository.diff(source.kind === "staged");
}

/** Files that are not in the repository yet. No diff contains them. */
async function newFiles(repository: Repository): Promise<ParsedDiff> {
  const paths = await untrackedFiles(repository);
  const files = await Promise.all(paths.slice(0, maxNewFiles).map((path) => readNewFile(repository, path)));
  const readable = files.filter((file) => file !== undefined);
  return { files: readable, unreadable: paths.length - readable.length };
}

/** `undefined` for links, folders, binary and large files. */
async function readNewFile(repository: Repository, path: string): Promise<ChangedFile | undefined> {
  const uri = fileUri(repository, path);
  try {
    const { type, size } = await vscode.workspace.fs.stat(uri);
    if (type !== vscode.FileType.File || size > maxNewFileBytes) return undefined;
    const text = new TextDecoder("utf-8", { fatal: true }).decode(await vscode.workspace.fs.readFile(uri));
    return text.includes("\0") ? undefined : newFile(path, text);
  } catch {
    return undefined;
  }
}

function changesItem(kind: "working" | "staged", { files }: ReviewChanges, name: string) {
  const { length } = files.filter(isReviewable);
  if (length === 0) return [];
  const count = length === 1 ? vscode.l10n.t("1 file") : vscode.l10n.t("{0} files", length);
  const source: ReviewSource = { kind };
  return [{ label: iconText(icon(kind === "working" ? "edit" : "check"), name), description: iconText(count), source }];
}

function branchItem(branch: string, base: string | undefined) {
  const source: ReviewSource | undefined = base === undefined ? undefined : { kind: "branch", branch, base };
  return {
    label: iconText(icon("git-branch"), vscode.l10n.t("Branch {0}", branch)),
    description: iconText(
      base === undefined ? vscode.l10n.t("compared with another branch…") : vscode.l10n.t("compared with {0}", base),
    ),
    source,
  };
}

/** The usual names of the branch that others start from. */
const usualBases = /^(?:origin\/|upstream\/)?(?:main|master|trunk|develop)$/;

async function chooseBase(branch: string, others: readonly string[]): Promise<ReviewSource | undefined> {
  const sorted = [...others].sort((a, b) => Number(usualBases.test(b)) - Number(usualBases.test(a)));
  const items = sorted.map((base) => ({ label: iconText(icon("git-branch"), base), base }));
  const placeHolder = vscode.l10n.t(
    "Git does not know where {0} started. Select the branch to compare it with.",
    branch,
  );
  const chosen = await showQuickPick(items, { placeHolder });
  return chosen && { kind: "branch", branch, base: chosen.base };
}
