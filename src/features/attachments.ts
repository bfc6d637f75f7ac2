import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import type { Attachment, Mention } from "../context/attachment";
import { confirmAttachments } from "../context/confirmSecrets";
import { attachFiles } from "../context/attachFiles";
import { activeEditorContext } from "../context/activeEditorContext";
import { CodeLinks } from "../context/codeLinks";
import { pickAttachments } from "../context/pickAttachments";
import { attachMention, findMentions } from "../context/mentions";
import { textAttachment } from "../context/textAttachment";
import { askSelection } from "../commands/askSelection";
import type { CommitMessageDependencies } from "../commands/generateCommitMessage";
import type { AskInChat } from "../commands/question";
import { sourceCommands, type SourceCommands } from "../commands/sourceCommands";

/** Where questions take their material from. What looks secret is asked about first; what the user holds back is left out. */
export interface AttachmentsFeature extends SourceCommands {
  askSelection(): Promise<void>;
  /** Lets the user choose; empty when they did not. */
  pick(): Promise<readonly Attachment[]>;
  /** What the user is looking at; empty without an editor. */
  fromEditor(): Promise<readonly Attachment[]>;
  fromUris(uris: readonly vscode.Uri[]): Promise<readonly Attachment[]>;
  /** A text that the user pasted: theirs to send, whatever is in it. */
  fromText(label: string, text: string): readonly Attachment[];
  /** What may be sent of these after asking about what looks secret; undefined where the user says no. */
  confirm<T extends Attachment>(attachments: readonly T[]): Promise<readonly T[] | undefined>;
  /** The list behind `@`, best first. */
  findMentions(query: string, signal: AbortSignal): Promise<readonly Mention[]>;
  /** What a row of that list stands for; empty where it is no more. */
  attachMention(id: string): Promise<readonly Attachment[]>;
  /** Files and symbols that answers name. */
  codeLinks: CodeLinks;
}

/** Files, changes, the terminal and commit messages: loaded when something is first attached. */
export function openAttachments(dependencies: CommitMessageDependencies & { ask: AskInChat }): AttachmentsFeature {
  l10n.config({ contents: vscode.l10n.bundle ?? {} });
  return {
    ...sourceCommands(dependencies),
    askSelection: () => askSelection(dependencies.ask),
    pick: pickAttachments,
    fromEditor: async () => (await activeEditorContext()) ?? [],
    fromUris: attachFiles,
    fromText: (label, text) => [textAttachment({ kind: "file", label, text })],
    confirm: confirmAttachments,
    findMentions: (query, signal) => {
      const source = new vscode.CancellationTokenSource();
      signal.addEventListener("abort", () => source.cancel(), { once: true });
      return findMentions(query, source.token);
    },
    attachMention,
    codeLinks: new CodeLinks(),
  };
}
