import * as vscode from "vscode";
import type { CommandDependencies } from "../commands/commandDependencies";
import { PromptFiles } from "../commands/promptFiles";
import { activeEditorContext } from "../context/activeEditorContext";
import { attachFiles } from "../context/attachFiles";
import type { Attachment, Mention, TextAttachment } from "../context/attachment";
import { CodeLinks } from "../context/codeLinks";
import { projectInstructions } from "../context/instructions";
import { attachMention, findMentions } from "../context/mentions";
import { pickAttachments } from "../context/pickAttachments";
import { textAttachment } from "../context/textAttachment";
import type { Disposable } from "../lifecycle";
import { applyCode, type AnswerCode } from "../proposals/applyCode";
import { Proposals } from "../proposals/proposals";

/** What a question can have attached. The user is asked about text that looks secret, and what they hold back is left out. */
export interface AttachmentsOfEditor {
  /** Lets the user choose files; empty if they cancel. */
  pick(): Promise<readonly Attachment[]>;
  /** The selection, or the whole file; empty without an editor. */
  fromEditor(): Promise<readonly Attachment[]>;
  fromUris(uris: readonly vscode.Uri[]): Promise<readonly Attachment[]>;
  /** Text that the user pasted. */
  fromText(label: string, text: string): readonly Attachment[];
  /** The list behind `@`, best match first. */
  findMentions(query: string, signal: AbortSignal): Promise<readonly Mention[]>;
  /** What a row of that list attaches; empty if it no longer exists. */
  fromMention(id: string): Promise<readonly Attachment[]>;
}

export interface EditorFeature extends Disposable {
  readonly attachments: AttachmentsOfEditor;
  /** What the workspace's `AGENTS.md` files say, read for each question. */
  projectInstructions(): Promise<readonly TextAttachment[]>;
  /** Files and symbols that answers name. */
  readonly codeLinks: CodeLinks;
  /** Shows code from an answer as a diff in the file it belongs to; resolves to a sentence for the user, if there is something to say. */
  applyCode(answer: AnswerCode): Promise<string | undefined>;
  readonly commandDependencies: CommandDependencies;
}

export type EditorDependencies = Omit<CommandDependencies, "memento" | "prompts" | "proposals"> & {
  readonly context: Pick<vscode.ExtensionContext, "globalState" | "globalStorageUri">;
};

/** Attachments, edits and the editor's commands. The build puts every file of `commands/` into this bundle. */
export function openEditor({ context, ...shared }: EditorDependencies): EditorFeature {
  const proposals = new Proposals();
  return {
    attachments: {
      pick: pickAttachments,
      fromEditor: async () => (await activeEditorContext()) ?? [],
      fromUris: attachFiles,
      fromText: (label, text) => [textAttachment({ kind: "file", label, text })],
      findMentions: (query, signal) => {
        const source = new vscode.CancellationTokenSource();
        signal.addEventListener("abort", () => source.cancel(), { once: true });
        return findMentions(query, source.token);
      },
      fromMention: attachMention,
    },
    projectInstructions: () => projectInstructions(shared.log),
    codeLinks: new CodeLinks(),
    applyCode: (answer) => applyCode(answer, proposals),
    commandDependencies: {
      ...shared,
      proposals,
      prompts: new PromptFiles(vscode.Uri.joinPath(context.globalStorageUri, "prompts")),
      memento: context.globalState,
    },
    dispose: () => proposals.dispose(),
  };
}
