import * as vscode from "vscode";
import { codeFileName, withoutFileName } from "./codeFileName";
import { findCodeTarget, type CodeTarget, type CodeSource } from "./codeTarget";
import { findNamedFile } from "../context/codeLinks";
import { displayPath } from "../context/displayPath";
import type { LineRange } from "../context/lineRange";
import { displayName } from "../context/location";
import { isBehindLink } from "../context/symlinks";
import { showQuickPick } from "../iconLabels";
import { icon, iconText, type IconText } from "../iconText";
import { importsFile } from "./importsFile";
import { isOtherLanguage } from "./languageFamily";
import { splitLines } from "./lineHunks";
import { newFile } from "./newFile";
import { newFileUri } from "./newFileUri";
import { proposeEdit } from "./proposeEdit";
import type { Proposals } from "./proposals";
import { readOnlyReason } from "./readOnly";

/** A code block of an answer. */
export interface CodeBlock {
  /** Its text, without its fences. */
  readonly code: string;
  /** The first word after the fence, such as `ts`; may be empty. */
  readonly language: string;
  /** The whole info string after the fence, such as `ts title=src/price.ts`; may be empty. */
  readonly info: string;
}

export interface AnswerCode extends CodeBlock {
  /** The attachments of the question and of the questions before it, newest first. Those without a URI are ignored. */
  readonly sources: readonly CodeSource[];
  /** Called once, when the user keeps the first change. */
  readonly accepted?: () => void;
}

interface Place {
  readonly document: vscode.TextDocument;
  readonly lines: LineRange;
}

interface Candidate extends Place, CodeTarget {
  readonly label: string;
}

/**
 * Shows a code block of an answer as a diff in the file that it belongs to. Finds the lines to replace, or asks the user.
 * Resolves to a sentence for the user if there is one: why it failed, or that the file has changed since.
 */
export async function applyCode(answer: AnswerCode, proposals: Proposals): Promise<string | undefined> {
  const name = codeFileName(answer.info, answer.code);
  const named = name === undefined ? undefined : await openNamed(name);
  const sources = named ? sourcesIn(named, answer.sources) : answer.sources;
  const isPlaceKnown = name !== undefined || sources.some(({ uri }) => uri !== undefined);
  const candidates = await candidatesFor(isPlaceKnown ? { ...answer, sources } : await withShown(answer));
  const found = await oneOf(candidates.filter(({ recognized }) => recognized));
  if (found === "cancelled") return undefined;
  const { document, lines, changed } =
    found ?? (await askForTarget({ ...answer, sources }, candidates, named ? undefined : name)) ?? {};
  if (!document || !lines) return undefined;
  const problem = await proposeEdit(
    {
      ...{ uri: document.uri, lines, text: codeFor(document, answer), language: answer.language },
      ...(answer.accepted && { accepted: answer.accepted }),
    },
    proposals,
  );
  if (problem !== undefined || changed !== true) return problem;
  return vscode.l10n.t("{0} has changed since you asked. Review the diff carefully.", nameOf(document));
}

/** The file of the workspace that the answer names, if there is one. A symbolic link could lead out of the workspace. */
async function openNamed(name: string): Promise<vscode.TextDocument | undefined> {
  const uri = await findNamedFile(name);
  const folder = uri && vscode.workspace.getWorkspaceFolder(uri);
  if (!folder || (uri.scheme === "file" && (await isBehindLink(uri.fsPath, folder.uri.fsPath)))) return undefined;
  return opened(uri);
}

/** The attachments from the named file, or the file itself. */
function sourcesIn(document: vscode.TextDocument, sources: readonly CodeSource[]): readonly CodeSource[] {
  const uri = document.uri.toString();
  const own = sources.filter((source) => source.uri === uri);
  return own.length > 0 ? own : [sourceOf(document)];
}

/** The code with the visible documents as its sources, also those in diffs, but without those that cannot be edited. */
async function withShown(answer: AnswerCode): Promise<AnswerCode> {
  const documents = vscode.window.visibleTextEditors.map(({ document }) => document);
  const reasons = await Promise.all(documents.map(readOnlyReason));
  return { ...answer, sources: documents.filter((_, index) => reasons[index] === undefined).map(sourceOf) };
}

function sourceOf(document: vscode.TextDocument): CodeSource {
  return { kind: "file", label: nameOf(document), text: document.getText(), uri: document.uri.toString() };
}

/** What an answer's code would put into a document. */
function codeFor(document: vscode.TextDocument, { code }: AnswerCode): string {
  return withoutFileName(code, document.uri.path, document.getText());
}

async function candidatesFor(answer: AnswerCode): Promise<Candidate[]> {
  const candidates: Candidate[] = [];
  for (const source of answer.sources) {
    const document = source.uri === undefined ? undefined : await opened(vscode.Uri.parse(source.uri, true));
    if (!document || isOtherLanguage(answer.language, document.languageId)) continue;
    const target = findCodeTarget(splitLines(codeFor(document, answer)), splitLines(document.getText()), source);
    if (target) candidates.push({ ...target, document, label: source.label });
  }
  return candidates;
}

/** The only candidate, or the one that the user selects. */
async function oneOf(recognized: readonly Candidate[]): Promise<Candidate | undefined | "cancelled"> {
  const candidates = distinct(recognized);
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

/** Without those that replace the same lines as one before. */
function distinct<T extends Place>(places: readonly T[]): T[] {
  const keyOf = ({ document, lines }: Place): string => `${document.uri.toString()} ${lines.start} ${lines.end}`;
  return [...new Map([...places].reverse().map((each) => [keyOf(each), each])).values()].reverse();
}

/**
 * Asks the user where the code goes, if it matches nothing. `attached`: the lines that the question was about. They come first, unless the code
 * imports from an attached file: tests are a new file. `newName`: the path that the answer names for a new file.
 */
async function askForTarget(
  answer: AnswerCode,
  attached: readonly Candidate[],
  newName: string | undefined,
): Promise<(Place & { changed?: boolean }) | undefined> {
  const sourceUris = answer.sources.flatMap(({ uri }) => (uri === undefined ? [] : [vscode.Uri.parse(uri, true)]));
  const editors = vscode.window.visibleTextEditors.filter(({ viewColumn }) => viewColumn !== undefined);
  const uris = [...sourceUris, ...editors.map(({ document }) => document.uri)];
  const documents = await Promise.all([...new Map(uris.map((uri) => [uri.toString(), uri])).values()].map(opened));
  const items = distinct([
    ...attached.map(attachedItem),
    ...documents.flatMap((document) => (document ? itemsFor(document, editors) : [])),
  ]);
  const newUri = newName === undefined ? undefined : await newFileUri(newName);
  const newFileItem = {
    label: iconText(icon("new-file"), vscode.l10n.t("New file")),
    ...(newUri && { description: iconText(displayPath(newUri.with({ scheme: "file" }))) }),
    document: undefined,
  };
  const isNewFile = newUri !== undefined || sourceUris.some(({ path }) => importsFile(answer.code, path));
  const chosen = await showQuickPick(isNewFile ? [newFileItem, ...items] : [...items, newFileItem], {
    title: vscode.l10n.t("Apply Code"),
    placeHolder: vscode.l10n.t("Where should this code go?"),
  });
  if (chosen === newFileItem) await newFile(answer.code, answer.language, newUri);
  return chosen?.document ? chosen : undefined;
}

interface TargetItem extends Place {
  label: IconText;
  description?: IconText;
}

function attachedItem({ document, lines }: Candidate): TargetItem {
  const label = iconText(icon("replace"), vscode.l10n.t("Replace the attached lines in {0}", nameOf(document)));
  return { label, description: iconText(lineRangeText(lines)), document, lines };
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
