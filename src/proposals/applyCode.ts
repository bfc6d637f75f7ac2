import * as vscode from "vscode";
import { findCodeTarget, type CodeTarget, type CodeSource } from "./codeTarget";
import type { LineRange } from "./locateCode";
import { isOtherLanguage } from "./languageFamily";
import { splitLines } from "./lineHunks";
import { newFile } from "./newFile";
import { proposeEdit } from "./proposeEdit";
import type { Proposals } from "./proposals";

export interface AnswerCode {
  /** The block's text, without its fences. */
  readonly code: string;
  /** What stands after the fence: `ts`; may be empty. */
  readonly language: string;
  /** What was sent with the question, and with those before it: nearest first. Those without an address play no part. */
  readonly sources: readonly CodeSource[];
}

interface Candidate extends CodeTarget {
  readonly document: vscode.TextDocument;
  readonly label: string;
}

/**
 * Puts a block of an answer into the file it came from, as a diff to accept or reject. Finds its place there, or asks for it.
 * Resolves to what the user should know, in a sentence: why it could not be done, or that the file has changed since.
 */
export async function applyCode(answer: AnswerCode, proposals: Proposals): Promise<string | undefined> {
  const code = splitLines(answer.code);
  const candidates = await candidatesFor(answer, code);
  const found = await oneOf(
    candidates.filter(({ recognised }) => recognised),
    candidates,
  );
  if (found === "cancelled") return undefined;
  const { document, lines, changed } = found ?? (await askedPlace(answer)) ?? {};
  if (!document || !lines) return undefined;
  const problem = await proposeEdit(
    { uri: document.uri, lines, text: answer.code, language: answer.language },
    proposals,
  );
  if (problem !== undefined || changed !== true) return problem;
  return vscode.l10n.t("{0} has changed since the question was asked. Read the diff closely.", nameOf(document));
}

async function candidatesFor({ sources, language }: AnswerCode, code: readonly string[]): Promise<Candidate[]> {
  const candidates: Candidate[] = [];
  for (const source of sources) {
    const document = source.uri === undefined ? undefined : await opened(vscode.Uri.parse(source.uri, true));
    if (!document || isOtherLanguage(language, document.languageId)) continue;
    const target = findCodeTarget(code, splitLines(document.getText()), source);
    if (target) candidates.push({ ...target, document, label: source.label });
  }
  return candidates;
}

/** The only place, or the one that the user chooses. */
async function oneOf(
  best: readonly Candidate[],
  others: readonly Candidate[],
): Promise<Candidate | undefined | "cancelled"> {
  const candidates = distinct(best.length > 0 ? best : others);
  if (candidates.length <= 1) return candidates[0];
  const chosen = await vscode.window.showQuickPick(
    candidates.map((candidate) => ({ label: candidate.label, description: lineRangeText(candidate.lines), candidate })),
    { title: vscode.l10n.t("Apply Code"), placeHolder: vscode.l10n.t("Choose what the code takes the place of") },
  );
  return chosen?.candidate ?? "cancelled";
}

function distinct(candidates: readonly Candidate[]): Candidate[] {
  const keyOf = ({ document, lines }: Candidate): string => `${document.uri.toString()} ${lines.start} ${lines.end}`;
  return [...new Map([...candidates].reverse().map((each) => [keyOf(each), each])).values()].reverse();
}

/** Where nothing tells: what the user says. */
async function askedPlace(
  answer: AnswerCode,
): Promise<{ document: vscode.TextDocument; lines: LineRange; changed?: boolean } | undefined> {
  const sourceUris = answer.sources.flatMap(({ uri }) => (uri === undefined ? [] : [vscode.Uri.parse(uri, true)]));
  const editors = vscode.window.visibleTextEditors.filter(({ viewColumn }) => viewColumn !== undefined);
  const uris = [...sourceUris, ...editors.map(({ document }) => document.uri)];
  const documents = await Promise.all([...new Map(uris.map((uri) => [uri.toString(), uri])).values()].map(opened));
  const items = documents.flatMap((document) => (document ? itemsFor(document, editors) : []));
  const nowhere = { label: vscode.l10n.t("$(new-file) New file"), document: undefined, lines: undefined };
  const chosen = await vscode.window.showQuickPick([...items, nowhere], {
    title: vscode.l10n.t("Apply Code"),
    placeHolder: vscode.l10n.t("It cannot be told where this code belongs. Where shall it go?"),
  });
  if (chosen === nowhere) await newFile(answer.code, answer.language);
  return chosen?.document && chosen.lines ? { document: chosen.document, lines: chosen.lines } : undefined;
}

interface PlaceItem extends vscode.QuickPickItem {
  document: vscode.TextDocument | undefined;
  lines: LineRange | undefined;
}

function itemsFor(document: vscode.TextDocument, editors: readonly vscode.TextEditor[]): PlaceItem[] {
  const editor = editors.find((each) => each.document === document);
  const items: PlaceItem[] = [];
  if (editor && !editor.selection.isEmpty) {
    const { start, end } = editor.selection;
    const lines = { start: start.line, end: Math.max(start.line + 1, end.character === 0 ? end.line : end.line + 1) };
    const label = vscode.l10n.t("$(list-selection) Replace the selection in {0}", nameOf(document));
    items.push({ label, description: lineRangeText(lines), document, lines });
  } else if (editor) {
    const line = editor.selection.active.line;
    const label = vscode.l10n.t("$(insert) Insert at the cursor in {0}", nameOf(document));
    items.push({
      label,
      description: lineRangeText({ start: line, end: line + 1 }),
      document,
      lines: { start: line, end: line },
    });
  }
  const label = vscode.l10n.t("$(file) Replace all of {0}", nameOf(document));
  return [...items, { label, document, lines: { start: 0, end: document.lineCount } }];
}

async function opened(uri: vscode.Uri): Promise<vscode.TextDocument | undefined> {
  try {
    // An unsaved document that was closed would come up anew, empty.
    if (uri.scheme === "untitled")
      return vscode.workspace.textDocuments.find((each) => each.uri.toString() === uri.toString());
    return await vscode.workspace.openTextDocument(uri);
  } catch {
    return undefined;
  }
}

function nameOf(document: vscode.TextDocument): string {
  return document.uri.path.replace(/^.*\//, "");
}

function lineRangeText({ start, end }: LineRange): string {
  return end - start <= 1 ? vscode.l10n.t("line {0}", start + 1) : vscode.l10n.t("lines {0}–{1}", start + 1, end);
}
