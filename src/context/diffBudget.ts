/** What a diff has too much of to be sent. */
export interface DiffLeftOut {
  lines: number;
  files: number;
}

/**
 * The diff, cut so that it fits: each file keeps its beginning, and small files are whole before large ones get more than their share.
 * Where something is missing the diff says so itself, since it is a model that reads it. `budget` in characters, notes not counted.
 */
export function fitDiff(diff: string, budget: number): { text: string; leftOut?: DiffLeftOut } {
  if (diff.length <= budget) return { text: diff };
  const files = diffFiles(diff);
  const share = fairShare(
    files.map(({ length }) => length),
    budget,
  );
  const leftOut: DiffLeftOut = { lines: 0, files: 0 };
  const kept = files.map((file) => {
    if (file.length <= share) return file;
    const { beginning, lines } = cutFile(file, share);
    leftOut.lines += lines;
    leftOut.files += 1;
    return `${beginning}[${lines} more lines of this file's changes are left out]\n`;
  });
  return { text: kept.join(""), leftOut };
}

/** A unified diff of git's, one piece a file. */
export function diffFiles(diff: string): string[] {
  return diff.split(/^(?=diff --(?:git|cc|combined) )/m).filter((file) => file !== "");
}

/** The most that each may have so that all together fit: what small ones do not need goes to the large ones. */
function fairShare(lengths: readonly number[], budget: number): number {
  let left = budget;
  for (const [index, length] of [...lengths].sort((a, b) => a - b).entries()) {
    const share = Math.floor(left / (lengths.length - index));
    if (length > share) return share;
    left -= length;
  }
  return budget;
}

/** The first line says which file it is, so it stays whatever the share. */
function cutFile(file: string, share: number): { beginning: string; lines: number } {
  const firstLine = file.indexOf("\n") + 1 || file.length;
  const end = Math.max(firstLine, file.lastIndexOf("\n", share - 1) + 1);
  return { beginning: file.slice(0, end), lines: file.slice(end).trimEnd().split("\n").length };
}
