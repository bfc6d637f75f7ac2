import * as vscode from "vscode";
import { activeAttachments } from "./activeEditor";
import type { Attachment, Mention } from "./attachment";
import { attachChanges } from "./gitChanges";
import { confirmAttachments } from "./confirmSecrets";
import { attachFiles } from "./attachFiles";
import { fuzzySort } from "./fuzzy";
import { chooseRepository, openGit } from "./git";
import { attachInstructions, instructionFiles } from "./instructions";
import { fileName } from "./location";
import { problemAttachment, problemsOf } from "./problem";
import { withSurroundingCode } from "./surroundingCode";
import { attachSymbol, findSymbolMentions } from "./symbols";
import { terminalSelection } from "./terminal";
import { findFileMentions } from "./workspaceFiles";
import { showInformation } from "../notifications";

/** What can be attached and fits what was typed, best first; plain data, so that a page can show it. What fails is left out. */
export async function findMentions(query: string, token?: vscode.CancellationToken): Promise<Mention[]> {
  const [fixed, symbols, files] = await Promise.all(
    [fixedSources(), findSymbolMentions(query), findFileMentions(query, token)].map((found) =>
      found.catch((): Mention[] => []),
    ),
  );
  if (token?.isCancellationRequested) return [];
  // Together, so that a file whose name was typed stands above what only has the same letters somewhere.
  return [...fuzzySort(query, [...(fixed ?? []), ...(files ?? [])], searchTexts), ...(symbols ?? [])];
}

/** What a row is found by: a file by its path too, the rest by its kind. */
function searchTexts({ kind, label, description }: Mention): string[] {
  const isFile = kind === "folder" || kind === "image" || kind === "file";
  return [label, isFile ? `${description}/${label}` : kind];
}

/**
 * What a row of the list stands for, as it is now. Empty where it is no more, or the user does not want to send what looks secret; what is
 * to be said about it is told in a message.
 */
export async function attachMention(id: string): Promise<readonly Attachment[]> {
  const [, kind, rest] = /^([a-z-]+):?([^]*)$/.exec(id) ?? [];
  if (kind === undefined || rest === undefined) return [];
  if (kind === "uri") return attachFiles([vscode.Uri.parse(rest)]);
  const attachments = await attach
    .get(kind)?.(rest)
    .catch(() => []);
  if (!attachments || attachments.length === 0) {
    void showInformation(vscode.l10n.t("There is nothing of it to attach. Choose something else."));
    return [];
  }
  return (await confirmAttachments(attachments)) ?? [];
}

type Attach = (rest: string) => Promise<readonly Attachment[]>;

/** By the beginning of an id. */
const attach: ReadonlyMap<string, Attach> = new Map(
  Object.entries<Attach>({
    here: async () => withSurroundingCode(await activeAttachments()),
    terminal: async () => optional(await terminalSelection()),
    problems: async (rest) => {
      const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(rest, true));
      return optional(problemAttachment(document, problemsOf(document.uri)));
    },
    problem: async (rest) => {
      const { line, uri } = placeIn(rest);
      const document = await vscode.workspace.openTextDocument(uri);
      const problems = problemsOf(uri).filter(({ range }) => range.start.line === line);
      return optional(problemAttachment(document, problems));
    },
    staged: () => changes("staged"),
    working: () => changes("working"),
    instructions: async (rest) => [await attachInstructions(vscode.Uri.parse(rest, true))],
    symbol: async (rest) => {
      const { line, character, uri } = placeIn(rest);
      return withSurroundingCode([await attachSymbol(uri, new vscode.Position(line, character))]);
    },
  }),
);

async function changes(stage: "staged" | "working"): Promise<readonly Attachment[]> {
  const git = await openGit();
  const repository = git && (await chooseRepository(git));
  return repository ? optional(await attachChanges(repository, stage)) : [];
}

/** What is there beside files and symbols, each only where there may be something in it. */
async function fixedSources(): Promise<Mention[]> {
  const [here, instructions, git] = await Promise.all([activeAttachments(), instructionFiles(), openGit()]);
  const [first] = here;
  const sources: Mention[] = [];
  const labels = here.map(({ label }) => label).join(", ");
  if (first?.kind === "selection") sources.push(row("here", "selection", vscode.l10n.t("Selection"), labels));
  else if (first) sources.push(row("here", first.kind, vscode.l10n.t("Current File"), labels));
  sources.push(...problemSources());
  const terminal = vscode.window.activeTerminal;
  if (terminal) sources.push(row("terminal", "terminal", vscode.l10n.t("Terminal Selection"), terminal.name));
  if (git && git.repositories.length > 0) {
    const names = git.repositories.map(({ rootUri }) => fileName(rootUri.path)).join(", ");
    sources.push(row("staged", "diff", vscode.l10n.t("Staged Changes"), names));
    sources.push(row("working", "diff", vscode.l10n.t("Changes"), names));
  }
  for (const uri of instructions)
    sources.push(
      row(
        `instructions:${uri.toString()}`,
        "instructions",
        vscode.l10n.t("Project Instructions"),
        vscode.workspace.asRelativePath(uri),
      ),
    );
  return sources;
}

/** All problems of the active editor together, and those of its first lines each. */
function problemSources(): Mention[] {
  const uri = vscode.window.activeTextEditor?.document.uri;
  const problems = uri ? problemsOf(uri) : [];
  if (!uri || problems.length === 0) return [];
  const name = fileName(uri.path);
  const lines = new Map(problems.map((problem) => [problem.range.start.line, problem.message]));
  return [
    row(`problems:${uri.toString()}`, "problem", vscode.l10n.t("Problems in {0}", name), String(problems.length)),
    ...[...lines]
      .slice(0, 10)
      .map(([line, message]) =>
        row(`problem:${line},0:${uri.toString()}`, "problem", firstLine(message), `${name}:${line + 1}`),
      ),
  ];
}

function row(id: string, kind: Mention["kind"], label: string, description: string): Mention {
  return { id, kind, label, description };
}

/** `12,4:file:///a.ts` */
function placeIn(rest: string): { line: number; character: number; uri: vscode.Uri } {
  const [, line = "0", character = "0", uri = ""] = /^(\d+),(\d+):([^]*)$/.exec(rest) ?? [];
  return { line: Number(line), character: Number(character), uri: vscode.Uri.parse(uri, true) };
}

function firstLine(text: string): string {
  return text.replace(/\n[^]*$/, "").trim();
}

function optional<T>(value: T | undefined): readonly T[] {
  return value === undefined ? [] : [value];
}
