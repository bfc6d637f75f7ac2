import type { Attachment, Mention } from "../../context/attachment";
import type { AnswerCode } from "../../proposals/applyCode";
import type { Log } from "../../router/index";
import type { OpenSessions } from "../session/openSessions";
import type { Environment } from "./protocol";

/** What a page needs of the world outside the chat. */
export interface PageDependencies {
  sessions: OpenSessions;
  actions: PageActions;
  attachments: AttachmentSources;
  codeLinks: CodeLinkTargets;
  environment: () => Promise<Environment>;
  modelName: (id: string) => string;
  /** Where the page can load a picture's file from. */
  imageUrl: (path: string) => string;
  titleChanged: (title: string) => void;
  /** The page is no more. */
  closed: () => void;
  log: Log;
}

export interface PageActions {
  newChat(): Promise<void>;
  /** The user asks from where it stands what providers may do with a question. */
  markPrivacyNoticeRead(): unknown;
  /** Lets the user sign in at OpenRouter; resolves to whether there is a key afterwards. */
  signIn(): Promise<boolean>;
  /** Asks for a key; resolves to whether there is one afterwards. */
  setApiKey(): Promise<boolean>;
  pickModel(): Promise<unknown>;
  showLog(): unknown;
  /** Finds out what is in the way to the service. */
  testConnection(): Promise<unknown>;
  /** The state of things into the clipboard, without anything that was said. */
  copyDiagnostics(): Promise<unknown>;
  /** Always asks this model from now on. */
  pinModel(id: string): Promise<unknown>;
  /** Never asks this model again. */
  excludeModel(id: string): Promise<unknown>;
  /** Lets the user choose what else to do with an answer; `model` is who gave it. */
  chooseAnswerAction(model: string | undefined): Promise<AnswerAction | undefined>;
  /** Shows a conversation in the page's place. */
  open(conversation: string): Promise<void>;
  /** Opens a page in the browser; VS Code asks the user first. */
  openLink(url: string): Promise<unknown>;
  copy(text: string): Promise<unknown>;
  code: CodeActions;
}

export type AnswerAction = "keep-model" | "never-use-model" | "fork" | "delete";

/** What is done with code from an answer. Each resolves to what the user should know, in a sentence, if anything. */
export interface CodeActions {
  /** Puts it at the cursor of the editor used last. */
  insert(code: string): Promise<string | undefined>;
  /** Types one command into the terminal, and does not run it. */
  terminal(code: string): Promise<string | undefined>;
  /** Shows it as an edit of the file it came from; `sources` are what was sent with the questions, nearest first. */
  apply(code: AnswerCode): Promise<string | undefined>;
  /** Lets the user choose what else: replace the selection, a new file. */
  more(code: string, language: string): Promise<string | undefined>;
}

export interface AttachmentSources {
  /** Lets the user choose; empty when they did not. */
  pick(): Promise<readonly Attachment[]>;
  /** The selection in the active editor, or all of it; empty without an editor. */
  fromEditor(): Promise<readonly Attachment[]>;
  /** What was dropped, as URIs of any scheme. */
  fromUris(uris: readonly string[]): Promise<readonly Attachment[]>;
  /** A text that was pasted or dropped, as much of it as is sent of one text. */
  fromText(label: string, text: string): Promise<readonly Attachment[]>;
  /** What can be attached and fits what was typed, best first; `signal` ends the search. */
  findMentions(query: string, signal: AbortSignal): Promise<readonly Mention[]>;
  /** What a row of that list stands for; empty where it is no more. */
  fromMention(id: string): Promise<readonly Attachment[]>;
}

/** What answers name: files and symbols of the workspace, and nothing outside of it. */
export interface CodeLinkTargets {
  /** Those of the names that can be opened. */
  find(names: readonly string[]): Promise<string[]>;
  /** Opens one in an editor; false when there is no such thing. */
  open(name: string): Promise<boolean>;
}
