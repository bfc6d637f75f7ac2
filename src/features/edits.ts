import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import type { Settings } from "../config/settings";
import { applyCode, type AnswerCode } from "../proposals/applyCode";
import { acceptEdit, askEditAgain, decideHunk, rejectEdit } from "../proposals/proposalCommands";
import { Proposals } from "../proposals/proposals";
import { proposeEdit, type ProposedEdit } from "../proposals/proposeEdit";
import { askPrompt } from "../commands/askPrompt";
import type { Material } from "../commands/material";
import { editSelection, showReadOnlyReason, type EditSelectionDependencies } from "../commands/editSelection";
import { explainProblem, fixProblem } from "../commands/problems";
import { PromptFiles } from "../commands/promptFiles";
import { editPrompts, pickPrompt, resetPrompts } from "../commands/promptPicker";
import type { BuiltInPromptId, Prompt } from "../commands/prompts";
import type { AskInChat } from "../commands/question";
import type { FailureMessage } from "../failureAction";
import type { Disposable } from "../lifecycle";
import type { Log, Router } from "../router/index";

export interface EditsDependencies {
  context: vscode.ExtensionContext;
  settings: Settings;
  router: Router;
  /** Hands a question to the chat. */
  ask: AskInChat;
  /** Where questions take their material from. */
  attachments: () => Promise<Material>;
  /** What a thrown thing means, and what to do about it. */
  errorMessage: (error: unknown) => FailureMessage;
  log: Log;
}

/** What is done to code where it stands, and for the chat to code in an answer. `where`: what VS Code's menus and lenses hand over. */
export interface EditsFeature extends Disposable {
  /** Puts an answer's code into the file it came from, as a diff; resolves to what the user should know, if anything. */
  apply(answer: AnswerCode): Promise<string | undefined>;
  /** Shows a text as an edit of a document, as a diff; resolves to why that cannot be, if so. */
  propose(wish: ProposedEdit): Promise<string | undefined>;

  ask(prompt: BuiltInPromptId): Promise<void>;
  choosePrompt(): Promise<void>;
  editPrompts(): Promise<void>;
  resetPrompts(): Promise<void>;

  editSelection(args?: unknown): Promise<void>;
  tellReadOnly(): Promise<void>;
  accept(where?: unknown): Promise<void>;
  reject(where?: unknown): Promise<void>;
  askAgain(where?: unknown): Promise<void>;
  decide(decision: "accept" | "reject", where?: unknown, hunk?: unknown): Promise<void>;

  explainProblem(uri?: unknown, diagnostics?: unknown): Promise<void>;
  fixProblem(uri?: unknown, diagnostics?: unknown): Promise<void>;
}

/** Prompts and edits: loaded when one of their commands is first run. */
export function openEdits(dependencies: EditsDependencies): EditsFeature {
  const { context, settings, router, ask, attachments, errorMessage, log } = dependencies;
  l10n.config({ contents: vscode.l10n.bundle ?? {} });
  const proposals = new Proposals();
  const prompts = new PromptFiles(vscode.Uri.joinPath(context.globalStorageUri, "prompts"));
  const edits: EditSelectionDependencies = {
    ...{ router, proposals, errorMessage, log },
    instructions: () => settings.instructions,
    confirm: async (text) => (await (await attachments()).confirm([text])) !== undefined,
    memento: context.globalState,
  };
  const askAbout = async (prompt: Prompt): Promise<void> =>
    askPrompt(prompt, await (await attachments()).fromEditor(), ask);

  return {
    apply: (answer) => applyCode(answer, proposals),
    propose: (wish) => proposeEdit(wish, proposals),
    ask: async (id) => {
      const prompt = (await prompts.list()).find((each) => each.id === id);
      if (prompt) await askAbout(prompt);
    },
    choosePrompt: async () => {
      const prompt = await pickPrompt(prompts);
      if (prompt) await askAbout(prompt);
    },
    editPrompts: () => editPrompts(prompts),
    resetPrompts: () => resetPrompts(prompts),
    editSelection: (args) => editSelection(edits, args),
    tellReadOnly: showReadOnlyReason,
    accept: (where) => acceptEdit(proposals, where),
    reject: (where) => rejectEdit(proposals, where),
    askAgain: (where) => askEditAgain(proposals, where),
    decide: (decision, where, hunk) => decideHunk(proposals, decision, where, hunk),
    explainProblem: (uri, diagnostics) => explainProblem({ ask, gathering: attachments }, uri, diagnostics),
    fixProblem: (uri, diagnostics) => fixProblem(edits, uri, diagnostics),
    dispose: () => proposals.dispose(),
  };
}
