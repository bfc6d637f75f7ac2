import * as vscode from "vscode";
import { withTimeout } from "../lifecycle";
import type { Attachment, TextAttachment } from "./attachment";
import { enclosingBlocks } from "./enclosingBlocks";
import { lineNumbers, type LineRange } from "./lineRange";
import { maxSurroundingCharacters, surroundingLines, surroundingText } from "./surroundingLines";
import { maxTextCharacters } from "./textBudget";

/** A language service that is still indexing the project must not delay the question. In milliseconds. */
const outlineTimeoutMs = 1_500;

/**
 * The code around `target` as one text: the imports and the enclosing block, or some lines if the block is unknown. `length` is the length of
 * the target text, which counts toward the budget. Excludes `includedLines` and adds the returned lines to them. `undefined` if only blank lines
 * remain.
 */
export async function readSurroundingCode(
  document: vscode.TextDocument,
  target: LineRange,
  { length, includedLines = new Set() }: { length: number; includedLines?: Set<number> },
): Promise<string | undefined> {
  const lines = Array.from({ length: document.lineCount }, (_, line) => document.lineAt(line).text);
  const range = document.validateRange(new vscode.Range(target.start, 0, Math.max(target.start, target.end - 1), 0));
  const blocks = await withTimeout(outlineTimeoutMs, enclosingBlocks(document, range));
  const block = blocks?.find(({ start, end }) => start < target.start || end > target.end);
  const budget = Math.max(0, Math.min(maxSurroundingCharacters, maxTextCharacters - length));
  const ranges = surroundingLines({ lines, target, block, budget, includedLines });
  for (const line of ranges.flatMap(lineNumbers)) includedLines.add(line);
  const hasText = ranges.flatMap(lineNumbers).some((line) => lines[line]?.trim() !== "");
  return hasText ? surroundingText(lines, target, ranges) : undefined;
}

/** Adds surrounding code to attached selections. Lines that several selections of a file share go with the first one. */
export async function withSurroundingCode(attachments: readonly Attachment[]): Promise<readonly Attachment[]> {
  const selections = attachments.flatMap((attachment) => findSelection(attachment) ?? []);
  const includedLinesByUri = new Map<string, Set<number>>();
  for (const { document, target } of selections) {
    const uri = document.uri.toString();
    includedLinesByUri.set(uri, new Set([...(includedLinesByUri.get(uri) ?? []), ...lineNumbers(target)]));
  }
  const surroundingsByAttachment = new Map<Attachment, string>();
  for (const { attachment, document, target } of selections) {
    const includedLines = includedLinesByUri.get(document.uri.toString()) ?? new Set();
    const surroundings = await readSurroundingCode(document, target, {
      length: attachment.text.length,
      includedLines,
    });
    if (surroundings !== undefined) surroundingsByAttachment.set(attachment, surroundings);
  }
  return attachments.map((attachment) => {
    const surroundings = surroundingsByAttachment.get(attachment);
    return attachment.kind === "image" || surroundings === undefined ? attachment : { ...attachment, surroundings };
  });
}

interface DocumentSelection {
  readonly attachment: TextAttachment;
  readonly document: vscode.TextDocument;
  /** The lines that are completely selected. */
  readonly target: LineRange;
}

/** Returns `undefined` unless the attachment is a complete selection in an open document. */
function findSelection(attachment: Attachment): DocumentSelection | undefined {
  if (attachment.kind !== "selection" || !attachment.range || attachment.cut !== undefined) return undefined;
  const document = vscode.workspace.textDocuments.find(({ uri }) => uri.toString() === attachment.uri);
  return document && { attachment, document, target: wholeLines(document, attachment.range) };
}

function wholeLines(document: vscode.TextDocument, range: NonNullable<TextAttachment["range"]>): LineRange {
  const { start, end } = document.validateRange(
    new vscode.Range(range.startLine, range.startCharacter, range.endLine, range.endCharacter),
  );
  const startsWhole = document.lineAt(start).text.slice(0, start.character).trim() === "";
  const endsWhole = document.lineAt(end).text.slice(end.character).trim() === "" && end.character > 0;
  const firstLine = startsWhole ? start.line : start.line + 1;
  return { start: firstLine, end: Math.max(firstLine, endsWhole ? end.line + 1 : end.line) };
}
