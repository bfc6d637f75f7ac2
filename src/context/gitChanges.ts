import { randomUUID } from "node:crypto";
import * as vscode from "vscode";
import type { TextAttachment } from "./attachment";
import { fitDiff } from "./diffBudget";
import { untrackedFiles, type Repository } from "./git";
import { fileName } from "./location";
import { maxTextCharacters } from "./textBudget";

export type Stage = "staged" | "working";

/** A repository's changes as text, cut by file to a budget in characters, and what was cut in words; `undefined` for no changes. */
export async function readChanges(
  repository: Repository,
  stage: Stage,
  budget: number,
): Promise<{ text: string; cut?: string } | undefined> {
  const diff = await repository.diff(stage === "staged");
  const untracked = stage === "working" ? await untrackedFiles(repository) : [];
  if (diff.trim() === "" && untracked.length === 0) return undefined;
  const { text, leftOut } = fitDiff(diff, budget);
  const { names, more } = fewNames(untracked);
  const files = names.map((name) => `+++ ${name}\n`).join("");
  const rest = more > 0 ? `[${more} more new files]\n` : "";
  const added = untracked.length > 0 ? `New files that git does not track yet:\n${files}${rest}` : "";
  const cut =
    leftOut && vscode.l10n.t("{0} lines of changes, in {1} files", leftOut.lines.toLocaleString(), leftOut.files);
  return { text: [text, added].filter((part) => part !== "").join("\n"), ...(cut !== undefined && { cut }) };
}

/** What is staged or, without it, what is changed; of one repository. */
export async function attachChanges(repository: Repository, stage: Stage): Promise<TextAttachment | undefined> {
  const changes = await readChanges(repository, stage, maxTextCharacters);
  if (!changes) return undefined;
  const name = fileName(repository.rootUri.path);
  const label =
    stage === "staged" ? vscode.l10n.t("staged changes of {0}", name) : vscode.l10n.t("changes of {0}", name);
  return { id: randomUUID(), kind: "diff", label, languageId: "diff", ...changes };
}

/** A folder that somebody forgot to ignore would be all that is sent. */
function fewNames(names: readonly string[]): { names: readonly string[]; more: number } {
  return { names: names.slice(0, 100), more: Math.max(0, names.length - 100) };
}
