import { addToChat } from "./addToChat";
import { askChanges } from "./askChanges";
import { askTerminalSelection } from "./askTerminal";
import { generateCommitMessage, type CommitMessageDependencies } from "./generateCommitMessage";
import type { AskInChat } from "./question";

/** Commands on what is not code in an editor: files, pictures, the terminal, changes. `where`: what VS Code's menus hand over. */
export interface SourceCommands {
  addToChat(clicked?: unknown, selected?: unknown): Promise<void>;
  askImage(clicked?: unknown, selected?: unknown): Promise<void>;
  askTerminalSelection(): Promise<void>;
  askChanges(where?: unknown): Promise<void>;
  generateCommitMessage(where?: unknown): Promise<void>;
}

/** The commands; `ask` hands a question to the chat. */
export function sourceCommands({
  ask,
  ...dependencies
}: CommitMessageDependencies & { ask: AskInChat }): SourceCommands {
  return {
    addToChat: (clicked, selected) => addToChat(ask, clicked, selected),
    askImage: (clicked, selected) => addToChat(ask, clicked, selected, { drawn: true }),
    askTerminalSelection: () => askTerminalSelection(ask),
    askChanges: (where) => askChanges(ask, dependencies.log, where),
    generateCommitMessage: (where) => generateCommitMessage(dependencies, where),
  };
}
