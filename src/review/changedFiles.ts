import { parsePatch, type StructuredPatch } from "diff";
import { splitDiff } from "../context/diffBudget";

/** A line of a hunk. `number` is one-based, in the new file; removed lines have none. */
export type HunkLine =
  | { readonly kind: "added" | "unchanged"; readonly number: number; readonly text: string }
  | { readonly kind: "removed"; readonly text: string };

/** Lines that follow each other, some of them changed. */
export type Hunk = readonly HunkLine[];

/** A file of a diff. Paths are relative to the repository, with `/` between names. */
export interface ChangedFile {
  readonly path: string;
  /** If the file was renamed or copied. */
  readonly oldPath?: string;
  readonly isDeleted: boolean;
  /** Empty if nothing but its name or mode changed. */
  readonly hunks: readonly Hunk[];
}

/** A diff, and how many of its files have no text to review: binary ones, those in conflict, and those that cannot be read. */
export interface ParsedDiff {
  readonly files: readonly ChangedFile[];
  readonly unreadable: number;
}

/** Parses the output of `git diff`. */
export function parseDiff(diff: string): ParsedDiff {
  const parsed = splitDiff(diff).map(parseFile);
  const files = parsed.filter((file) => file !== undefined);
  return { files, unreadable: parsed.length - files.length };
}

/** A file that is not in the repository yet: every line is new. */
export function newFile(path: string, text: string): ChangedFile {
  const lines = text.split("\n").map((line) => line.replace(/\r$/, ""));
  if (lines.at(-1) === "") lines.pop();
  const hunk = lines.map((line, index): HunkLine => ({ kind: "added", number: index + 1, text: line }));
  return { path, isDeleted: false, hunks: hunk.length === 0 ? [] : [hunk] };
}

/**
 * The lines of the new file that a finding can be about, by number: added ones, and the neighbors of lines that were removed without a
 * replacement.
 */
export function changedLines({ hunks }: ChangedFile): Map<number, string> {
  const lines = new Map<number, string>();
  for (const hunk of hunks)
    for (const [index, line] of hunk.entries()) {
      if (line.kind === "removed") continue;
      if (line.kind === "added" || isBesideRemoval(hunk, index)) lines.set(line.number, line.text);
    }
  return lines;
}

function isBesideRemoval(hunk: Hunk, index: number): boolean {
  return removalBeside(hunk, index, -1) || removalBeside(hunk, index, 1);
}

/** Whether lines were removed before (`step` -1) or after (1) the line, and none added in their place. */
function removalBeside(hunk: Hunk, index: number, step: 1 | -1): boolean {
  let other = index + step;
  while (hunk[other]?.kind === "removed") other += step;
  return other !== index + step && hunk[other]?.kind !== "added";
}

function parseFile(diff: string): ChangedFile | undefined {
  const [header = ""] = diff.split("\n", 1);
  // A file in conflict has a combined diff of several old files.
  if (!header.startsWith("diff --git ") || /^(?:Binary files .* differ|GIT binary patch)$/m.test(headOf(diff)))
    return undefined;
  try {
    const [patch] = parsePatch(diff);
    return patch && fileOf(patch, hasPrefixes(header));
  } catch {
    return undefined;
  }
}

function headOf(diff: string): string {
  const firstHunk = diff.search(/^@@ /m);
  return firstHunk < 0 ? diff : diff.slice(0, firstHunk);
}

/** `a/` and `b/` by default; `diff.mnemonicPrefix` has other letters, `diff.noprefix` none. They differ, which those of real folders do not. */
function hasPrefixes(header: string): boolean {
  const [, one, other] = /^diff --git "?([a-z0-9])\/.* "?([a-z0-9])\//.exec(header) ?? [];
  return one !== other;
}

function fileOf(patch: StructuredPatch, isPrefixed: boolean): ChangedFile | undefined {
  const nameOf = (name: string | undefined, isNamed: boolean): string | undefined => {
    if (name === undefined || name === "/dev/null") return undefined;
    // The parser adds prefixes to the names of a rename without changed lines.
    return isPrefixed || isNamed ? name.replace(/^[a-z0-9]\//, "") : name;
  };
  const isNamed = patch.hunks.length === 0 && (patch.isRename === true || patch.isCopy === true);
  const oldPath = nameOf(patch.oldFileName, isNamed);
  const newPath = patch.isDelete === true ? undefined : nameOf(patch.newFileName, isNamed);
  const path = newPath ?? oldPath;
  if (path === undefined) return undefined;
  return {
    path,
    ...(newPath !== undefined && oldPath !== undefined && newPath !== oldPath && { oldPath }),
    isDeleted: newPath === undefined,
    hunks: patch.hunks.map(({ newStart, lines }) => hunkOf(newStart, lines)),
  };
}

function hunkOf(start: number, lines: readonly string[]): Hunk {
  let number = start;
  return lines.flatMap((line): HunkLine[] => {
    const text = line.slice(1).replace(/\r$/, "");
    switch (line.charAt(0)) {
      case "\\":
        return []; // "No newline at end of file"
      case "-":
        return [{ kind: "removed", text }];
      case "+":
        return [{ kind: "added", number: number++, text }];
      default:
        return [{ kind: "unchanged", number: number++, text }];
    }
  });
}
