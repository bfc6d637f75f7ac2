import type * as vscode from "vscode";
import type { ChatInput } from "../context/chatInput";
import type { FailureMessage } from "../failureAction";
import type { Proposals } from "../proposals/proposals";
import type { CheckedRouter, SecretsCheck } from "../context/secretsCheck";
import type { Log, ModelId } from "../router/index";
import type { AnswerDocuments } from "./answerDocuments";
import type { PromptFiles } from "./promptFiles";

/** What the editor commands need from the rest of the extension. */
export interface CommandDependencies {
  /** Hands a question to the chat. */
  readonly ask: (input: ChatInput) => Promise<void>;
  readonly router: Pick<CheckedRouter, "complete" | "feedback">;
  readonly secrets: SecretsCheck;
  readonly proposals: Proposals;
  readonly answers: AnswerDocuments;
  readonly prompts: PromptFiles;
  readonly memento: vscode.Memento;
  /** The name of a model as everywhere. */
  readonly modelName: (id: ModelId) => Promise<string>;
  /** The user's own instructions for every model; may be empty. */
  readonly instructions: () => string;
  /** Instructions in the workspace's settings; may be empty. */
  readonly workspaceInstructions: () => string;
  /** The message and action for a thrown value. */
  readonly errorMessage: (error: unknown) => FailureMessage;
  readonly log: Log;
}

/** A command in the table of `extension.ts`. `args` come from VS Code's menus, lenses and key bindings. */
export type Command = (dependencies: CommandDependencies, ...args: readonly unknown[]) => unknown;
