import * as vscode from "vscode";
import { AnswerDocuments } from "../commands/answerDocuments";
import type { CommandDependencies } from "../commands/commandDependencies";
import { fixLine, type LineToFix } from "../commands/fixLine";
import { PromptFiles } from "../commands/promptFiles";
import { activeEditorContext } from "../context/activeEditorContext";
import { attachFiles } from "../context/attachFiles";
import type { Attachment, Mention, TextAttachment } from "../context/attachment";
import { CodeLinks } from "../context/codeLinks";
import { findGitIgnored } from "../context/gitIgnore";
import { projectInstructions, settingInstructions } from "../context/instructions";
import { attachMention, findMentions } from "../context/mentions";
import { pickAttachments } from "../context/pickAttachments";
import type { ProjectTools } from "../context/projectTools";
import { textAttachment } from "../context/textAttachment";
import type { Disposable } from "../lifecycle";
import { createCodeFinder, type CodeFinderDependencies } from "../project/findCode";
import { applyCode, type AnswerCode } from "../proposals/applyCode";
import { Proposals } from "../proposals/proposals";

/** Creates attachments for questions. Asks the user about files that Git ignores, and omits them if they decline. */
export interface AttachmentsOfEditor {
  /** Lets the user choose files; empty if they cancel. */
  pick(): Promise<readonly Attachment[]>;
  /** The selection, or the whole file; empty without an editor. */
  fromEditor(): Promise<readonly Attachment[]>;
  fromUris(uris: readonly vscode.Uri[]): Promise<readonly Attachment[]>;
  /** Text that the user pasted. */
  fromText(label: string, text: string): readonly Attachment[];
  /** The items of the `@` list that match the query, best first. */
  findMentions(query: string, signal: AbortSignal): Promise<readonly Mention[]>;
  /** The code of the project that a question is about, with reasons. */
  findCode(question: string): Promise<readonly TextAttachment[]>;
  /** The attachments of an item of that list; empty if its target no longer exists. */
  fromMention(id: string): Promise<readonly Attachment[]>;
}

export interface EditorFeature extends Disposable {
  readonly attachments: AttachmentsOfEditor;
  /** The workspace's `AGENTS.md` files, read for each question. */
  projectInstructions(): Promise<readonly TextAttachment[]>;
  /** This text of the workspace's settings as an attachment; empty if it is not sent. */
  settingInstructions(text: string): readonly TextAttachment[];
  /** Read-only tools with which models look into the project. */
  readonly projectTools: ProjectTools;
  /** Links to files and symbols that answers mention. */
  readonly codeLinks: CodeLinks;
  /** Shows code from an answer as a diff in the file it belongs to. Resolves to a message for the user, if there is one. */
  applyCode(answer: AnswerCode): Promise<string | undefined>;
  /** Those of the URIs, as strings, that Git ignores or a `.freemodelsignore` excludes. */
  findIgnored(uris: readonly vscode.Uri[]): Promise<ReadonlySet<string>>;
  /** Proposes an edit of the code around a line as a diff. */
  fixLine(target: LineToFix): Promise<void>;
  readonly commandDependencies: CommandDependencies;
}

export type EditorDependencies = Omit<CommandDependencies, "memento" | "prompts" | "proposals" | "answers"> & {
  readonly context: Pick<vscode.ExtensionContext, "globalState" | "globalStorageUri" | "extensionUri">;
  readonly router: CommandDependencies["router"] & CodeFinderDependencies["router"];
};

/** Attachments, edits and the editor's commands. The build puts every file of `commands/` into this bundle. */
export function openEditor({ context, ...shared }: EditorDependencies): EditorFeature {
  const proposals = new Proposals(shared.log);
  const answers = new AnswerDocuments();
  const codeFinder = createCodeFinder({ extensionUri: context.extensionUri, router: shared.router, log: shared.log });
  const commandDependencies: CommandDependencies = {
    ...shared,
    proposals,
    answers,
    prompts: new PromptFiles(vscode.Uri.joinPath(context.globalStorageUri, "prompts")),
    memento: context.globalState,
  };
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
      findCode: (question) => codeFinder.find(question),
    },
    projectInstructions: () => projectInstructions(shared.log),
    settingInstructions,
    projectTools: codeFinder.tools,
    codeLinks: new CodeLinks(),
    applyCode: (answer) => applyCode(answer, proposals),
    findIgnored: findGitIgnored,
    fixLine: (target) => fixLine(target, commandDependencies),
    commandDependencies,
    dispose: () => {
      codeFinder.dispose();
      proposals.dispose();
      answers.dispose();
    },
  };
}
