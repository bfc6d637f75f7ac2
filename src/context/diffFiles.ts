import type { TextRange } from "./outgoingText";

/** A file in a diff, with all its names and its part of the text. */
export interface DiffFile extends TextRange {
  /** Without folders; the old and the new name, as far as the diff has them. */
  readonly names: readonly string[];
}

/** The first line of a file: `diff --git a/x b/x`, `diff --cc x`. */
const fileHeader = /^diff --(?:git|cc|combined) (.*)$/;
/** Further lines with names. Other tools than Git start a file with `---`. */
const nameHeader = /^(?:---|\+\+\+|rename from|rename to|copy from|copy to|Binary files) (.*)$/;

/** The files of the diffs in a text, such as a question with a pasted diff. Empty for other texts. */
export function diffFiles(text: string): DiffFile[] {
  if (!/^(?:diff --|--- )/m.test(text)) return [];
  const files: { names: Set<string>; start: number; end: number }[] = [];
  let file: (typeof files)[number] | undefined;
  let isHeader = false;
  for (const { 0: line, index } of text.matchAll(/^.*$/gm)) {
    const [, ofFile] = fileHeader.exec(line) ?? [];
    const [, name] = nameHeader.exec(line) ?? [];
    // `git diff` has no untracked files; `readChanges` lists their names after it.
    const isEnd = line === "Untracked files:";
    if (ofFile !== undefined || isEnd || (!isHeader && isFirstName(text, index))) {
      if (file) file.end = index;
      file = isEnd ? undefined : { names: new Set(), start: index, end: text.length };
      if (file) files.push(file);
      isHeader = !isEnd;
    }
    if (line.startsWith("@@")) isHeader = false;
    if (!file || !isHeader) continue;
    for (const each of namesIn(ofFile ?? name ?? "")) file.names.add(each);
  }
  return files.map(({ names, ...range }) => ({ ...range, names: [...names] }));
}

/** In a hunk, `--- ` can also be a removed line, but hardly before `+++ `. */
function isFirstName(text: string, index: number): boolean {
  const pair = /--- .*\r?\n\+\+\+ /y;
  pair.lastIndex = index;
  return pair.test(text);
}

/** The names in a header, where spaces are ambiguous: all of it, and each word. A tab starts the time stamp; Git quotes unusual names. */
function namesIn(header: string): string[] {
  const [paths = ""] = header.split("\t");
  return [paths, ...paths.split(" ")].map((path) => path.replaceAll('"', "").replace(/^.*[/\\]/, "")).filter(Boolean);
}
