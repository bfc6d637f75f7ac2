/** What `truncateDiff` omitted. */
export interface OmittedDiff {
  lines: number;
  /** The number of files with omitted lines. */
  files: number;
}

/**
 * Truncates a diff to `budget` characters. Every file keeps its beginning, and large files share the space that small files leave unused. A
 * note in the diff marks each omission for the model; the notes do not count toward the budget.
 */
export function truncateDiff(diff: string, budget: number): { text: string; omitted?: OmittedDiff } {
  if (diff.length <= budget) return { text: diff };
  const files = splitDiff(diff);
  const share = fairShare(
    files.map(({ length }) => length),
    budget,
  );
  const omitted: OmittedDiff = { lines: 0, files: 0 };
  const truncated = files.map((file) => {
    if (file.length <= share) return file;
    const { beginning, omittedLines } = truncateFile(file, share);
    omitted.lines += omittedLines;
    omitted.files += 1;
    return `${beginning}[${omittedLines} more changed lines of this file omitted]\n`;
  });
  return { text: truncated.join(""), omitted };
}

/** Splits the output of `git diff` into one diff per file. */
export function splitDiff(diff: string): string[] {
  return diff.split(/^(?=diff --(?:git|cc|combined) )/m).filter((file) => file !== "");
}

/** The maximum length per file so that all files fit the budget together: unused space of small files goes to the large ones. */
function fairShare(lengths: readonly number[], budget: number): number {
  let remaining = budget;
  for (const [index, length] of [...lengths].sort((a, b) => a - b).entries()) {
    const share = Math.floor(remaining / (lengths.length - index));
    if (length > share) return share;
    remaining -= length;
  }
  return budget;
}

/** Always keeps the first line, since it names the file. */
function truncateFile(file: string, share: number): { beginning: string; omittedLines: number } {
  const firstLine = file.indexOf("\n") + 1 || file.length;
  const end = Math.max(firstLine, file.lastIndexOf("\n", share - 1) + 1);
  return { beginning: file.slice(0, end), omittedLines: file.slice(end).trimEnd().split("\n").length };
}
