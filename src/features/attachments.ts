import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import type { Attachment, Source } from "../context/attachment";
import { confirmAttachments } from "../context/confirmSecrets";
import { attachFiles } from "../context/attachFiles";
import { lookedAt } from "../context/activeEditorContext";
import { Mentions } from "../context/codeLinks";
import { pickAttachments } from "../context/pickAttachments";
import { attachSource, findSources } from "../context/mentions";
import { textAttachment } from "../context/textAttachment";
import { askSelection } from "../commands/askSelection";
import type { CommitMessageWorld } from "../commands/generateCommitMessage";
import type { Ask } from "../commands/question";
import { sourceCommands, type SourceCommands } from "../commands/sourceCommands";

/** Where questions take their material from. What looks secret is asked about first; what the user holds back is left out. */
export interface Gathering extends SourceCommands {
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
  findSources(query: string, signal: AbortSignal): Promise<readonly Source[]>;
  /** What a row of that list stands for; empty where it is no more. */
  attachSource(id: string): Promise<readonly Attachment[]>;
  /** Files and symbols that answers name. */
  mentions: Mentions;
}

/** Files, changes, the terminal and commit messages: loaded when something is first attached. */
export function openGathering(world: CommitMessageWorld & { ask: Ask }): Gathering {
  l10n.config({ contents: vscode.l10n.bundle ?? {} });
  return {
    ...sourceCommands(world),
    askSelection: () => askSelection(world.ask),
    pick: pickAttachments,
    fromEditor: async () => (await lookedAt()) ?? [],
    fromUris: attachFiles,
    fromText: (label, text) => [textAttachment({ kind: "file", label, text })],
    confirm: confirmAttachments,
    findSources: (query, signal) => {
      const source = new vscode.CancellationTokenSource();
      signal.addEventListener("abort", () => source.cancel(), { once: true });
      return findSources(query, source.token);
    },
    attachSource,
    mentions: new Mentions(),
  };
}
