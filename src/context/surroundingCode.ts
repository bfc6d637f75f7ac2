import * as vscode from "vscode";
import { within } from "../lifecycle";
import type { Attachment, TextAttachment } from "./attachment";
import { enclosingBlocks } from "./enclosingBlocks";
import { linesOf, maxSurroundings, surroundingLines, surroundingText, type LineRange } from "./surroundingLines";
import { maxTextCharacters } from "./textBudget";

/** A language service that still reads the project does not hold up a question, in milliseconds. */
const patienceMs = 1_500;

/**
 * What stands around a part of a document, as one text: the imports and the block around the part, or some lines where no block is known.
 * The part itself, which takes `length` characters, comes first. Lines in `sent` are left out, and those that are in the text join them.
 * Undefined where nothing is left to say.
 */
export async function surroundingCodeOf(
  document: vscode.TextDocument,
  part: LineRange,
  { length, sent = new Set() }: { length: number; sent?: Set<number> },
): Promise<string | undefined> {
  const lines = Array.from({ length: document.lineCount }, (_, line) => document.lineAt(line).text);
  const range = document.validateRange(new vscode.Range(part.start, 0, Math.max(part.start, part.end - 1), 0));
  const found = await within(patienceMs, enclosingBlocks(document, range));
  const block = found?.find(({ start, end }) => start < part.start || end > part.end);
  const room = Math.max(0, Math.min(maxSurroundings, maxTextCharacters - length));
  const around = surroundingLines({ lines, part, block, room, sent });
  for (const line of around.flatMap(linesOf)) sent.add(line);
  const hasText = around.flatMap(linesOf).some((line) => lines[line]?.trim() !== "");
  return hasText ? surroundingText(lines, part, around) : undefined;
}

/** The same attachments, selections with what stands around them in their files; what several have in common goes with the first. */
export async function withSurroundingCode(attachments: readonly Attachment[]): Promise<readonly Attachment[]> {
  const selections = attachments.flatMap((each) => selectionIn(each) ?? []);
  const sentOf = new Map<string, Set<number>>();
  for (const { document, part } of selections) {
    const address = document.uri.toString();
    sentOf.set(address, new Set([...(sentOf.get(address) ?? []), ...linesOf(part)]));
  }
  const around = new Map<Attachment, string>();
  for (const { attachment, document, part } of selections) {
    const sent = sentOf.get(document.uri.toString()) ?? new Set();
    const text = await surroundingCodeOf(document, part, { length: attachment.text.length, sent });
    if (text !== undefined) around.set(attachment, text);
  }
  return attachments.map((each) => {
    const surroundings = around.get(each);
    return each.kind === "image" || surroundings === undefined ? each : { ...each, surroundings };
  });
}

interface Selection {
  readonly attachment: TextAttachment;
  readonly document: vscode.TextDocument;
  readonly part: LineRange;
}

/** A selection in a document that is open, with the lines that it holds whole. */
function selectionIn(attachment: Attachment): Selection | undefined {
  if (attachment.kind !== "selection" || !attachment.range || attachment.cut !== undefined) return undefined;
  const document = vscode.workspace.textDocuments.find((each) => each.uri.toString() === attachment.uri);
  return document && { attachment, document, part: wholeLines(document, attachment.range) };
}

function wholeLines(document: vscode.TextDocument, range: NonNullable<TextAttachment["range"]>): LineRange {
  const { start, end } = document.validateRange(
    new vscode.Range(range.startLine, range.startCharacter, range.endLine, range.endCharacter),
  );
  const startsWhole = document.lineAt(start).text.slice(0, start.character).trim() === "";
  const endsWhole = document.lineAt(end).text.slice(end.character).trim() === "" && end.character > 0;
  const first = startsWhole ? start.line : start.line + 1;
  return { start: first, end: Math.max(first, endsWhole ? end.line + 1 : end.line) };
}
