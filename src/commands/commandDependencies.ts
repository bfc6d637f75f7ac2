import type * as vscode from "vscode";
import type { ChatInput } from "../context/chatInput";
import type { FailureMessage } from "../failureAction";
import type { Proposals } from "../proposals/proposals";
import type { Log, Router } from "../router/index";
import type { PromptFiles } from "./promptFiles";

/** What every command of the editor may use. */
export interface CommandDependencies {
  /** Hands a question to the chat. */
  readonly ask: (input: ChatInput) => Promise<void>;
  readonly router: Pick<Router, "complete">;
  readonly proposals: Proposals;
  readonly prompts: PromptFiles;
  readonly memento: vscode.Memento;
  /** The user's own instructions for every model; empty for none. */
  readonly instructions: () => string;
  /** What a thrown value means, and what to do about it. */
  readonly errorMessage: (error: unknown) => FailureMessage;
  readonly log: Log;
}

/** A command as the table in `extension.ts` runs it; `args` are what VS Code's menus, lenses and key bindings pass. */
export type Command = (dependencies: CommandDependencies, ...args: readonly unknown[]) => unknown;
