import { visibleName } from "../visibleText";
import type { ChangedFile, Hunk } from "./changedFiles";

/** The changes of one file as the model gets them, or some of its hunks. */
export interface ReviewSection {
  readonly file: ChangedFile;
  readonly text: string;
}

/** Whether the file has lines that a finding can be about. */
export function isReviewable({ isDeleted, hunks }: ChangedFile): boolean {
  return !isDeleted && hunks.length > 0;
}

/** What one request reviews. */
export type ReviewPart = readonly ReviewSection[];

/** The most bytes of changes in one request, as UTF-8: about 20,000 tokens, so that it fits the windows of most free models. */
export const maxPartBytes = 60_000;
/** Longer lines are cut: they are generated or data. In UTF-16 units. */
const maxLineLength = 1_000;

/**
 * Distributes the changes over as few requests as a simple packing finds. A file stays in one request if it fits, else it is split between
 * hunks, and a hunk between lines.
 */
export function splitIntoParts(files: readonly ChangedFile[], maxBytes = maxPartBytes): ReviewPart[] {
  const parts: { sections: ReviewSection[]; bytes: number }[] = [];
  for (const file of files) {
    let first = 0;
    for (const section of sectionsOf(file, maxBytes)) {
      const bytes = bytesOf(section.text);
      const fitting = parts.findIndex((part, index) => index >= first && part.bytes + bytes <= maxBytes);
      // The sections of a file stay in order.
      first = fitting < 0 ? parts.length : fitting;
      const part = (parts[first] ??= { sections: [], bytes: 0 });
      part.sections.push(section);
      part.bytes += bytes;
    }
  }
  return parts.map(({ sections }) => sections);
}

/** The name of a file in the prompt, which the model repeats in its findings. */
export function nameInPrompt(path: string): string {
  return visibleName(path);
}

function sectionsOf(file: ChangedFile, maxBytes: number): ReviewSection[] {
  if (file.isDeleted) return [{ file, text: `File: ${nameInPrompt(file.path)} (deleted)\n` }];
  const heading = headingOf(file);
  const room = Math.max(1, maxBytes - bytesOf(heading));
  const whole = file.hunks.map(hunkText);
  if (whole.reduce((sum, text) => sum + bytesOf(text), 0) <= room)
    return whole.length === 0 ? [] : [{ file, text: heading + whole.join("") }];
  const pieces = file.hunks.flatMap((hunk) => piecesOf(hunk, room));
  return joinUpTo(pieces, room).map((text) => ({ file, text: heading + text }));
}

/** The hunk as a text, or as several that each fit. */
function piecesOf(hunk: Hunk, room: number): string[] {
  const text = hunkText(hunk);
  if (bytesOf(text) <= room) return [text];
  return joinUpTo(hunk.map(lineText), room - bytesOf(separator)).map((lines) => lines + separator);
}

/** Joins texts in order as long as they fit. */
function joinUpTo(texts: readonly string[], maxBytes: number): string[] {
  const joined: string[][] = [];
  let bytes = 0;
  for (const text of texts) {
    const added = bytesOf(text);
    if (joined.length === 0 || bytes + added > maxBytes) {
      joined.push([]);
      bytes = 0;
    }
    joined.at(-1)?.push(text);
    bytes += added;
  }
  return joined.map((each) => each.join(""));
}

function headingOf({ path, oldPath }: ChangedFile): string {
  const renamed = oldPath === undefined ? "" : ` (was ${nameInPrompt(oldPath)})`;
  return `File: ${nameInPrompt(path)}${renamed}\n`;
}

/** After each hunk, since its lines and the next ones do not follow each other in the file. */
const separator = "⋯\n";

function hunkText(hunk: Hunk): string {
  return hunk.map(lineText).join("") + separator;
}

/** `12 + code`: the number in the new file, since weak models count lines wrong. */
function lineText(line: Hunk[number]): string {
  const text = line.text.length > maxLineLength ? `${cut(line.text)}…` : line.text;
  if (line.kind === "removed") return `- ${text}\n`;
  return `${line.number} ${line.kind === "added" ? "+" : "|"} ${text}\n`;
}

/** Never splits a surrogate pair. */
function cut(text: string): string {
  return text.slice(0, maxLineLength).replace(/[\ud800-\udbff]$/, "");
}

function bytesOf(text: string): number {
  return Buffer.byteLength(text);
}
