import * as vscode from "vscode";
import { activeAttachments } from "./activeEditor";
import type { Attachment, Mention } from "./attachment";
import { attachChanges, type ChangeScope } from "./gitChanges";
import { confirmIgnored } from "./confirmIgnored";
import { attachFiles } from "./attachFiles";
import { fuzzySort } from "./fuzzy";
import { chooseRepository, getGitApi } from "./git";
import { attachInstructions, findInstructionFiles } from "./instructions";
import { displayPath } from "./displayPath";
import { displayName } from "./location";
import { problemAttachment, documentProblems } from "./problem";
import { withSurroundingCode } from "./surroundingCode";
import { attachSymbol, findSymbolMentions } from "./symbolMentions";
import { terminalSelection } from "./terminal";
import { findFileMentions } from "./fileMentions";
import { showInformation } from "../notifications";
import { visibleText } from "../visibleText";

/** The problems of the active editor that are listed separately. */
const maxProblems = 10;

/** The items of the `@` list that match the query, best first. Ignores failed searches; empty after cancellation. */
export async function findMentions(query: string, token?: vscode.CancellationToken): Promise<Mention[]> {
  const [context, symbols, files] = await Promise.all(
    [contextMentions(), findSymbolMentions(query), findFileMentions(query, token)].map((search) =>
      search.catch((): Mention[] => []),
    ),
  );
  if (token?.isCancellationRequested) return [];
  // Sorted together, so that a file with the typed name ranks above entries that merely contain its letters.
  return [...fuzzySort(query, [...(context ?? []), ...(files ?? [])], searchTexts), ...(symbols ?? [])];
}

/** The texts that the query is matched with: the label and, for files, the path, otherwise the kind. */
function searchTexts({ kind, label, description }: Mention): string[] {
  const isFile = kind === "folder" || kind === "image" || kind === "file";
  return [label, isFile ? `${description}/${label}` : kind];
}

/**
 * Attaches the current content of a mention. Returns an empty list and informs the user if there is nothing to attach. Also empty if the user
 * declines to attach files that Git ignores.
 */
export async function attachMention(id: string): Promise<readonly Attachment[]> {
  const [, type, argument] = /^([a-z-]+):?([^]*)$/.exec(id) ?? [];
  if (type === undefined || argument === undefined) return [];
  if (type === "uri") return attachFiles([vscode.Uri.parse(argument)]);
  const attachments = await attachByType
    .get(type)?.(argument)
    .catch(() => []);
  if (!attachments || attachments.length === 0) {
    void showInformation(vscode.l10n.t("Nothing to attach there. Choose something else."));
    return [];
  }
  return (await confirmIgnored(attachments)) ?? [];
}

type Attach = (argument: string) => Promise<readonly Attachment[]>;

/** Mention ids have the form `type` or `type:argument`. */
const attachByType: ReadonlyMap<string, Attach> = new Map(
  Object.entries<Attach>({
    editor: async () => withSurroundingCode(await activeAttachments()),
    terminal: async () => optional(await terminalSelection()),
    problems: async (argument) => {
      const document = await vscode.workspace.openTextDocument(vscode.Uri.parse(argument, true));
      return optional(problemAttachment(document, documentProblems(document.uri)));
    },
    problem: async (argument) => {
      const { line, uri } = parsePosition(argument);
      const document = await vscode.workspace.openTextDocument(uri);
      const problems = documentProblems(uri).filter(({ range }) => range.start.line === line);
      return optional(problemAttachment(document, problems));
    },
    staged: () => attachRepositoryChanges("staged"),
    working: () => attachRepositoryChanges("working"),
    instructions: async (argument) => [await attachInstructions(vscode.Uri.parse(argument, true))],
    symbol: async (argument) => {
      const { line, character, uri } = parsePosition(argument);
      return withSurroundingCode([await attachSymbol(uri, new vscode.Position(line, character))]);
    },
  }),
);

async function attachRepositoryChanges(scope: ChangeScope): Promise<readonly Attachment[]> {
  const git = await getGitApi();
  const repository = git && (await chooseRepository(git));
  return repository ? optional(await attachChanges(repository, scope)) : [];
}

/** The mentions other than files and symbols, as far as they may have content. */
async function contextMentions(): Promise<Mention[]> {
  const [active, instructions, git] = await Promise.all([activeAttachments(), findInstructionFiles(), getGitApi()]);
  const [first] = active;
  const mentions: Mention[] = [];
  if (vscode.workspace.workspaceFolders?.length)
    mentions.push(mention("project", "project", "project", vscode.l10n.t("Find the code that the question is about")));
  const labels = active.map(({ label }) => label).join(", ");
  if (first?.kind === "selection") mentions.push(mention("editor", "selection", vscode.l10n.t("Selection"), labels));
  else if (first) mentions.push(mention("editor", first.kind, vscode.l10n.t("Current File"), labels));
  mentions.push(...problemMentions());
  const terminal = vscode.window.activeTerminal;
  if (terminal) mentions.push(mention("terminal", "terminal", vscode.l10n.t("Terminal Selection"), terminal.name));
  if (git && git.repositories.length > 0) {
    const names = git.repositories.map(({ rootUri }) => displayName(rootUri.path)).join(", ");
    mentions.push(mention("staged", "diff", vscode.l10n.t("Staged Changes"), names));
    mentions.push(mention("working", "diff", vscode.l10n.t("Changes"), names));
  }
  for (const uri of instructions)
    mentions.push(
      mention(
        `instructions:${uri.toString()}`,
        "instructions",
        vscode.l10n.t("Project Instructions"),
        displayPath(uri),
      ),
    );
  return mentions;
}

/** One mention for all problems of the active editor, then one for each of the first lines with problems. */
function problemMentions(): Mention[] {
  const uri = vscode.window.activeTextEditor?.document.uri;
  const problems = uri ? documentProblems(uri) : [];
  if (!uri || problems.length === 0) return [];
  const name = displayName(uri.path);
  const messagesByLine = new Map(problems.map((problem) => [problem.range.start.line, problem.message]));
  return [
    mention(`problems:${uri.toString()}`, "problem", vscode.l10n.t("Problems in {0}", name), String(problems.length)),
    ...[...messagesByLine]
      .slice(0, maxProblems)
      .map(([line, message]) =>
        mention(`problem:${line},0:${uri.toString()}`, "problem", firstLine(message), `${name}:${line + 1}`),
      ),
  ];
}

function mention(id: string, kind: Mention["kind"], label: string, description: string): Mention {
  return { id, kind, label: visibleText(label), description: visibleText(description) };
}

/** Parses `12,4:file:///a.ts`. */
function parsePosition(argument: string): { line: number; character: number; uri: vscode.Uri } {
  const [, line = "0", character = "0", uri = ""] = /^(\d+),(\d+):([^]*)$/.exec(argument) ?? [];
  return { line: Number(line), character: Number(character), uri: vscode.Uri.parse(uri, true) };
}

function firstLine(text: string): string {
  return text.replace(/\n[^]*$/, "").trim();
}

function optional<T>(value: T | undefined): readonly T[] {
  return value === undefined ? [] : [value];
}
