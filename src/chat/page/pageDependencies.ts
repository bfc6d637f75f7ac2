import type { Attachment, Mention, TextAttachment } from "../../context/attachment";
import type { SecretsCheck } from "../../context/secretsCheck";
import type { AnswerCode, CodeBlock } from "../../proposals/applyCode";
import type { Log, Model, ModelId } from "../../router/index";
import type { OpenSessions } from "../session/openSessions";
import type { Environment } from "./protocol";

/** What a chat page needs from the rest of the extension. */
export interface PageDependencies {
  sessions: OpenSessions;
  actions: PageActions;
  attachments: AttachmentSources;
  secrets: Pick<SecretsCheck, "restore">;
  codeLinks: CodeLinkTargets;
  environment: () => Promise<Environment>;
  modelName: (id: string) => string;
  /** The URL from which the page loads an image file. */
  imageUrl: (path: string) => string;
  titleChanged: (title: string) => void;
  /** Called when the page is disposed. */
  closed: () => void;
  log: Log;
}

/** What opens a list or a box of VS Code gives the focus back to the page. */
export interface PageActions {
  newChat(): Promise<void>;
  /** Called when the user asks from the empty chat, which shows the privacy notice. */
  markPrivacyNoticeRead(): unknown;
  /** Lets the user sign in to OpenRouter. Resolves to whether there is a key afterwards. */
  signIn(): Promise<boolean>;
  /** Lets the user paste a code, while a sign-in waits for the browser. */
  pasteSignInCode(): Promise<unknown>;
  /** Lets the user enter an API key. Resolves to whether there is one afterwards. */
  setApiKey(): Promise<boolean>;
  /** Lets the servers on this computer join the pool. Resolves to whether there is one. */
  useLocalModels(): Promise<boolean>;
  /** Lets the user add a service to the pool. Resolves to whether they did. */
  addService(): Promise<boolean>;
  /** Lets the user choose which services are asked first. Resolves to whether they chose. */
  chooseServiceOrder(): Promise<boolean>;
  /** Asks the service whether today's free requests are used up, which costs none of them. */
  isDayUsedUp(): Promise<boolean>;
  /** Lets the user choose a strategy or a model. Resolves to false if they went elsewhere from there, such as to VS Code's own chat. */
  pickModel(): Promise<boolean>;
  /** Lets the user choose which models answer the same question. Resolves to `undefined` if they cancel. */
  chooseModels(loadModels: () => Promise<readonly Model[]>): Promise<readonly ModelId[] | undefined>;
  /** Selects models by quality from now on. */
  useAdaptive(): Promise<unknown>;
  showLog(): unknown;
  /** Tests the connection to the service. */
  testConnection(): Promise<unknown>;
  /** Copies diagnostics, without any chat content, to the clipboard. */
  copyDiagnostics(): Promise<unknown>;
  /** Uses only this model from now on. */
  pinModel(id: string): Promise<unknown>;
  /** Never uses this model again. */
  excludeModel(id: string): Promise<unknown>;
  /** Asks the user whether to delete a question, its answers, and everything after it. */
  confirmDeletion(): Promise<boolean>;
  /** Opens a conversation where this page is. */
  open(conversation: string): Promise<void>;
  /** Opens a web page in the browser after VS Code has asked the user. */
  openLink(url: string): Promise<unknown>;
  copy(text: string): Promise<unknown>;
  code: AnswerCodeActions;
}

/** An action in the menu of an answer. */
export type AnswerAction = "ask-several" | "pin-model" | "exclude-model" | "fork" | "delete";

/** Actions for code in answers. Each resolves to a message for the user, if there is one. */
export interface AnswerCodeActions {
  /** Inserts it at the cursor of the active editor. */
  insert(code: string): Promise<string | undefined>;
  /** Inserts a command into the terminal without running it. */
  terminal(code: string): Promise<string | undefined>;
  /** Proposes it as an edit of the file that it belongs to. */
  apply(code: AnswerCode): Promise<string | undefined>;
  /** Opens it as a Mermaid diagram. */
  diagram(code: string): Promise<string | undefined>;
  /** Replaces the selection of the active editor with it. */
  replace(code: string): Promise<string | undefined>;
  /** Opens it as a new file, with the name that the answer gives it, if any. */
  newFile(block: CodeBlock): Promise<void>;
}

export interface AttachmentSources {
  /** Lets the user select files or other sources; empty if they cancel. */
  pick(): Promise<readonly Attachment[]>;
  /** The selection of the active editor, or its whole text; empty if there is no editor. */
  fromEditor(): Promise<readonly Attachment[]>;
  /** The dropped resources, given as URIs of any scheme. */
  fromUris(uris: readonly string[]): Promise<readonly Attachment[]>;
  /** A pasted or dropped text, cut to the maximum length of an attachment. */
  fromText(label: string, text: string): Promise<readonly Attachment[]>;
  /** What can be attached and matches the query, best match first. */
  findMentions(query: string, signal: AbortSignal): Promise<readonly Mention[]>;
  /** The code of the project that a question is about, with reasons. Rejects if the project cannot be searched. */
  findCode(question: string): Promise<readonly TextAttachment[]>;
  /** The attachments of a mention; empty if its target no longer exists. */
  fromMention(id: string): Promise<readonly Attachment[]>;
}

/** Turns names in answers into links. Only files and symbols of the workspace can be opened. */
export interface CodeLinkTargets {
  /** The names that can be opened, and those that are paths or lines which do not exist. */
  find(names: readonly string[]): Promise<{ readonly found: readonly string[]; readonly missing: readonly string[] }>;
  /** Opens the file or symbol in an editor. Resolves to false if it does not exist. */
  open(name: string): Promise<boolean>;
}
