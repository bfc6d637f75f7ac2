import { randomUUID } from "node:crypto";
import * as vscode from "vscode";
import type { TextAttachment } from "./attachment";
import { truncateDiff, type OmittedDiff } from "./diffBudget";
import { untrackedFiles, type Repository } from "./git";
import { visibleName } from "../visibleText";
import { displayName } from "./location";
import { maxTextCharacters } from "./textBudget";

/** Changes in the index, or changes in the working tree including untracked files. */
export type ChangeScope = "staged" | "working";

/** Untracked files beyond this are only counted: a folder missing from `.gitignore` could fill the prompt. */
const maxUntrackedFiles = 100;

/**
 * The changes of a repository as a diff, truncated per file to `budget` characters; `cut` describes what was omitted. `undefined` if there are no
 * changes.
 */
export async function readChanges(
  repository: Repository,
  scope: ChangeScope,
  budget: number,
): Promise<{ text: string; cut?: string } | undefined> {
  const diff = await repository.diff(scope === "staged");
  const untracked = scope === "working" ? await untrackedFiles(repository) : [];
  if (diff.trim() === "" && untracked.length === 0) return undefined;
  const { text, omitted } = truncateDiff(diff, budget);
  const parts = [text, untrackedText(untracked)].filter((part) => part !== "");
  return { text: parts.join("\n"), ...(omitted && { cut: cutLabel(omitted) }) };
}

/** Attaches the staged or working tree changes of a repository; `undefined` if there are none. */
export async function attachChanges(repository: Repository, scope: ChangeScope): Promise<TextAttachment | undefined> {
  const changes = await readChanges(repository, scope, maxTextCharacters);
  if (!changes) return undefined;
  const name = displayName(repository.rootUri.path);
  const label =
    scope === "staged" ? vscode.l10n.t("staged changes in {0}", name) : vscode.l10n.t("changes in {0}", name);
  return { id: randomUUID(), kind: "diff", label, languageId: "diff", ...changes };
}

/** The names of the untracked files, for the model. */
function untrackedText(names: readonly string[]): string {
  if (names.length === 0) return "";
  const listed = names.slice(0, maxUntrackedFiles).map((name) => `+++ ${visibleName(name)}\n`);
  const omittedCount = names.length - listed.length;
  return `Untracked files:\n${listed.join("")}${omittedCount > 0 ? `[${omittedCount} more untracked files omitted]\n` : ""}`;
}

function cutLabel({ lines, files }: OmittedDiff): string {
  const count = lines.toLocaleString();
  return files === 1
    ? vscode.l10n.t("{0} changed lines in 1 file", count)
    : vscode.l10n.t("{0} changed lines in {1} files", count, files);
}
