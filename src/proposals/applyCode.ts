import * as vscode from "vscode";
import { findCodeTarget, type CodeTarget, type CodeSource } from "./codeTarget";
import type { LineRange } from "../context/lineRange";
import { displayName } from "../context/location";
import { showQuickPick } from "../iconLabels";
import { icon, iconText, type IconText } from "../iconText";
import { isOtherLanguage } from "./languageFamily";
import { splitLines } from "./lineHunks";
import { newFile } from "./newFile";
import { proposeEdit } from "./proposeEdit";
import type { Proposals } from "./proposals";

export interface AnswerCode {
  /** The block's text, without its fences. */
  readonly code: string;
  /** The info string after the fence, such as `ts`; may be empty. */
  readonly language: string;
  /** The attachments of the question and of the questions before it, newest first. Those without a URI are ignored. */
  readonly sources: readonly CodeSource[];
  /** Called once, when the user keeps the first change. */
  readonly accepted?: () => void;
}

interface Candidate extends CodeTarget {
  readonly document: vscode.TextDocument;
  readonly label: string;
}

/**
 * Shows a code block of an answer as a diff in the file that it belongs to. Finds the lines to replace, or asks the user.
 * Resolves to a sentence for the user if there is one: why it failed, or that the file has changed since.
 */
export async function applyCode(answer: AnswerCode, proposals: Proposals): Promise<string | undefined> {
  const code = splitLines(answer.code);
  const candidates = await candidatesFor(answer, code);
  const found = await oneOf(
    candidates.filter(({ recognized }) => recognized),
    candidates,
  );
  if (found === "cancelled") return undefined;
  const { document, lines, changed } = found ?? (await askForTarget(answer)) ?? {};
  if (!document || !lines) return undefined;
  const problem = await proposeEdit(
    {
      ...{ uri: document.uri, lines, text: answer.code, language: answer.language },
      ...(answer.accepted && { accepted: answer.accepted }),
    },
    proposals,
  );
  if (problem !== undefined || changed !== true) return problem;
  return vscode.l10n.t("{0} has changed since you asked. Review the diff carefully.", nameOf(document));
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

/** The only candidate, or the one that the user selects. */
async function oneOf(
  best: readonly Candidate[],
  others: readonly Candidate[],
): Promise<Candidate | undefined | "cancelled"> {
  const candidates = distinct(best.length > 0 ? best : others);
  if (candidates.length <= 1) return candidates[0];
  const chosen = await showQuickPick(
    candidates.map((candidate) => ({
      label: iconText(candidate.label),
      description: iconText(lineRangeText(candidate.lines)),
      candidate,
    })),
    { title: vscode.l10n.t("Apply Code"), placeHolder: vscode.l10n.t("Select the code to replace") },
  );
  return chosen?.candidate ?? "cancelled";
}

function distinct(candidates: readonly Candidate[]): Candidate[] {
  const keyOf = ({ document, lines }: Candidate): string => `${document.uri.toString()} ${lines.start} ${lines.end}`;
  return [...new Map([...candidates].reverse().map((each) => [keyOf(each), each])).values()].reverse();
}

/** Asks the user where the code goes, if no candidate was found. */
async function askForTarget(
  answer: AnswerCode,
): Promise<{ document: vscode.TextDocument; lines: LineRange; changed?: boolean } | undefined> {
  const sourceUris = answer.sources.flatMap(({ uri }) => (uri === undefined ? [] : [vscode.Uri.parse(uri, true)]));
  const editors = vscode.window.visibleTextEditors.filter(({ viewColumn }) => viewColumn !== undefined);
  const uris = [...sourceUris, ...editors.map(({ document }) => document.uri)];
  const documents = await Promise.all([...new Map(uris.map((uri) => [uri.toString(), uri])).values()].map(opened));
  const items = documents.flatMap((document) => (document ? itemsFor(document, editors) : []));
  const newFileItem = {
    label: iconText(icon("new-file"), vscode.l10n.t("New file")),
    document: undefined,
    lines: undefined,
  };
  const chosen = await showQuickPick([...items, newFileItem], {
    title: vscode.l10n.t("Apply Code"),
    placeHolder: vscode.l10n.t("Where should this code go?"),
  });
  if (chosen === newFileItem) await newFile(answer.code, answer.language);
  return chosen?.document && chosen.lines ? { document: chosen.document, lines: chosen.lines } : undefined;
}

interface TargetItem {
  label: IconText;
  description?: IconText;
  document: vscode.TextDocument | undefined;
  lines: LineRange | undefined;
}

function itemsFor(document: vscode.TextDocument, editors: readonly vscode.TextEditor[]): TargetItem[] {
  const editor = editors.find((each) => each.document === document);
  const items: TargetItem[] = [];
  if (editor && !editor.selection.isEmpty) {
    const { start, end } = editor.selection;
    const lines = { start: start.line, end: Math.max(start.line + 1, end.character === 0 ? end.line : end.line + 1) };
    const label = iconText(icon("list-selection"), vscode.l10n.t("Replace the selection in {0}", nameOf(document)));
    items.push({ label, description: iconText(lineRangeText(lines)), document, lines });
  } else if (editor) {
    const line = editor.selection.active.line;
    const label = iconText(icon("insert"), vscode.l10n.t("Insert at the cursor in {0}", nameOf(document)));
    items.push({
      label,
      description: iconText(lineRangeText({ start: line, end: line + 1 })),
      document,
      lines: { start: line, end: line },
    });
  }
  const label = iconText(icon("file"), vscode.l10n.t("Replace all of {0}", nameOf(document)));
  return [...items, { label, document, lines: { start: 0, end: document.lineCount } }];
}

async function opened(uri: vscode.Uri): Promise<vscode.TextDocument | undefined> {
  try {
    // Opening a closed untitled document would create a new, empty one.
    if (uri.scheme === "untitled")
      return vscode.workspace.textDocuments.find((each) => each.uri.toString() === uri.toString());
    return await vscode.workspace.openTextDocument(uri);
  } catch {
    return undefined;
  }
}

function nameOf(document: vscode.TextDocument): string {
  return displayName(document.uri.path);
}

function lineRangeText({ start, end }: LineRange): string {
  return end - start <= 1 ? vscode.l10n.t("line {0}", start + 1) : vscode.l10n.t("lines {0}–{1}", start + 1, end);
}
