import * as z from "zod/mini";
import type { Mention, TextKind } from "../../context/attachment";
import type { FailureMessage } from "../../failureAction";
import type { AnswerStatus, AnswerWait } from "../conversation/answerStatus";
import type { LookCloserPreview, SendWarning, TokenEstimate } from "../session/sendWarning";

/**
 * The messages between the extension host and the page. The page posts `ready` and receives the whole `state`; then the host
 * posts changes, at most once per frame, as an array of messages. The host validates all messages of the page.
 */
export type ToWebview =
  | { type: "state"; state: ChatState }
  /** Replaces all turns from this index on. */
  | { type: "turns"; from: number; turns: TurnView[] }
  | { type: "answer"; answer: AnswerHeader }
  | { type: "delta"; answer: string; text?: string; reasoning?: string }
  | { type: "draft"; draft: DraftView }
  | { type: "send-preview"; conversation: string; preview: SendPreviewView }
  | { type: "environment"; environment: Environment }
  | { type: "attachment-text"; id: string; text: string; surroundings?: string }
  /** The results of the search with this number, best match first. */
  | { type: "mentions"; search: number; found: readonly Mention[] }
  /** Scale the image (base64) to the size that models read, and reply with `image-fitted`. */
  | { type: "fit-image"; id: string; label: string; data: string }
  /** Whether code of the project is being searched for the question in the composer. `nothingFor`: its text, if nothing was found. */
  | { type: "project-search"; isRunning: boolean; nothingFor?: string }
  | { type: "notice"; notice: Notice }
  /** Which of the `asked` names can be opened, and which are paths or lines that do not exist. */
  | { type: "code-links"; asked: string[]; found: readonly string[]; missing: readonly string[] }
  /** Focus the composer. */
  | { type: "focus" }
  /** Focus the composer and select a part of its text. */
  | { type: "select-text"; start: number; end: number }
  /** Open the find widget. */
  | { type: "find" };

export interface ChatState {
  /** The id of the conversation, by which the page saves its scroll position and its draft. */
  conversation: string;
  title: string;
  turns: TurnView[];
  draft: DraftView;
  environment: Environment;
}

export interface Environment {
  canAsk: boolean;
  /** The label of the model selection: "Automatic", or the name of the pinned model. */
  modelChoice: string;
  /** The user has not chosen a strategy yet, so the empty chat recommends *Automatic (adaptive)*. */
  recommendsAdaptive?: boolean;
  /** A sign-in waits for the browser. */
  isSigningIn?: boolean;
  /** VS Code's Markdown preview draws Mermaid diagrams. */
  canOpenDiagrams?: boolean;
}

export interface TurnView {
  id: string;
  /** Id of the answer that it follows; `""` for the first turn. Used as `after` of `show`. */
  after: string;
  question: { text: string; attachments: AttachmentView[] };
  /** Turn ids of all versions of the question, including this one. */
  versions: string[];
  /** Ids of all variants of the answer, including the shown one. */
  variants: string[];
  answer?: AnswerView;
  /** Instead of `answer`: those of several models side by side, of which the user keeps one. */
  columns?: AnswerView[];
}

export interface AnswerView extends AnswerHeader {
  text: string;
  reasoning: string;
}

/** An answer without its text and reasoning. Durations in milliseconds, times in epoch milliseconds. */
export interface AnswerHeader {
  id: string;
  status: AnswerStatus;
  startedAt: number;
  model?: { id: string; name: string };
  provider?: string;
  wait?: AnswerWait;
  /** Summaries of failed attempts, such as "2 busy". */
  failures: string[];
  notices: string[];
  /** Ids of the code blocks that the user has applied. */
  appliedCode?: string[];
  /** Ids of the code blocks that the user has inserted. */
  insertedCode?: string[];
  reasoningMs?: number;
  timeToFirstTextMs?: number;
  durationMs?: number;
  tokens?: number;
  /** Id of the first turn that was sent, if earlier ones were left out. */
  sentFrom?: string;
  /** The answer was cut off at the maximum length. */
  truncated?: boolean;
  error?: FailureMessage;
  /** Only if the model may look into the project. */
  look?: LookView;
}

/** How an answer looks into the project. */
export interface LookView {
  /** The number of the running request, or of the last one, from 1. */
  current: number;
  /** How many there can be, without failed attempts. */
  most: number;
  /** Requests that were left today before it. */
  left?: number;
  /** No calls follow. */
  isLast?: boolean;
  /** Failed attempts. */
  failed: number;
  /** All requests of a complete answer, failed ones included. */
  sent?: number;
  calls: CallView[];
}

/** A call of a tool. The page asks for its result with `expand`. */
export interface CallView {
  id: string;
  name: string;
  label: string;
  state: "running" | "done" | "problem";
}

export interface AttachmentView {
  id: string;
  kind: TextKind | "image";
  label: string;
  /** Which part of the text was left out. */
  cut?: string;
  /** Why it was found for a question about the project. */
  reason?: string;
  /** Number of characters of a text, including surrounding code. */
  length?: number;
  /** True if surrounding code is sent with it. */
  surroundings?: boolean;
  /** The URL of an image. */
  url?: string;
}

export interface DraftView {
  text: string;
  attachments: AttachmentView[];
  /** Questions that are sent when the running answer is complete; `attachments` is their number. */
  queued: { id: string; text: string; attachments: number }[];
  revision: number;
}

/** What would happen to the question in the composer if it were sent now. */
export interface SendPreviewView {
  /** Project instructions that are sent with every question of this chat. */
  instructions: AttachmentView[];
  /** Only if the request takes a large share of the context. */
  tokenEstimate?: TokenEstimate;
  warning?: SendWarning;
  /** Only of a question about the project: what it takes to look closer. */
  lookCloser?: LookCloserPreview;
}

export interface Notice {
  severity: "info" | "error";
  text: string;
  /** Replaces the previous notice about the same subject. */
  about?: "saving" | "queue" | "file";
}

/** VS Code's `data-vscode-context` of an answer, which its menu passes to the commands. */
export interface AnswerMenuContext {
  webviewSection: "freeModelsAnswer";
  conversation: string;
  answer: string;
  /** A context key of the menu. */
  answerHasModel: boolean;
}

const id = z.string().check(z.regex(/^[\w-]{1,64}$/));
/** A text of the composer. `base`: the text that it was typed on, the last that the page has received or posted. */
const typed = { conversation: id, text: z.string(), revision: z.number(), base: z.string() };
/** The name of a file or symbol in an answer. */
const codeName = z.string().check(z.maxLength(200));

/** What an example question of the empty chat is about. */
const subject = z.enum(["editor", "image", "none"]);

const failureAction = z.union([
  z.object({
    do: z.enum([
      ...(["sign-in", "set-key", "retry", "another-model", "choose-model", "continue", "edit"] as const),
      ...(["show-log", "test-connection", "choose-order", "use-local-models", "add-service", "check-again"] as const),
    ]),
  }),
  z.object({ do: z.literal("open-link"), url: z.string() }),
]);

/** Actions for a code block: those of its buttons, and of its menu. */
const codeAction = z.enum(["copy", "insert", "apply", "terminal", "diagram", "replace", "new-file"]);
/** `block`: the page's id for the code block. `info`: the whole info string of its fence, which begins with the language. */
const codeBlock = { answer: id, block: id, text: z.string(), language: z.string(), info: z.string() };

export const fromWebview = z.discriminatedUnion("type", [
  z.object({ type: z.literal("ready") }),
  // `draft` and `submit` have the id of their conversation, because the page may show another one by the time they arrive.
  z.object({ type: z.literal("draft"), ...typed }),
  /** With `several`, the user chooses models, and each of them answers. */
  z.object({ type: z.literal("submit"), ...typed, several: z.boolean() }),
  /** Returns a queued question to the composer. */
  z.object({ type: z.literal("unqueue"), id }),
  /** Deletes a queued question. */
  z.object({ type: z.literal("remove-queued"), id }),
  /** Stops one running answer, or all. */
  z.object({ type: z.literal("stop"), answer: z.exactOptional(id) }),
  z.object({ type: z.literal("ask-another"), answer: id }),
  /** The page shows this one of several answers in a tab; without `answer`, all side by side. */
  z.object({ type: z.literal("read"), answer: z.exactOptional(id) }),
  /** Goes on from one of several answers side by side. */
  z.object({ type: z.literal("keep"), answer: id }),
  /** Turns looking into the project on or off, for this question and the next ones. */
  z.object({ type: z.literal("look-closer"), isOn: z.boolean() }),
  /** Stops looking into the project. */
  z.object({ type: z.literal("answer-now") }),
  z.object({ type: z.literal("new-chat") }),
  z.object({ type: z.literal("example"), subject, text: z.string() }),
  /** `column`: the one of several answers side by side whose place the new one takes. */
  z.object({ type: z.literal("regenerate"), turn: id, another: z.boolean(), column: z.exactOptional(id) }),
  z.object({ type: z.literal("edit"), turn: id, text: z.string() }),
  z.object({ type: z.literal("show"), after: z.union([id, z.literal("")]), id }),
  z.object({ type: z.literal("act"), answer: id, action: failureAction }),
  z.object({ type: z.literal("choose-model") }),
  z.object({ type: z.literal("use-adaptive") }),
  /** Starts a sign-in, or opens the browser again for the one that waits for it. */
  z.object({ type: z.literal("sign-in") }),
  z.object({ type: z.literal("paste-sign-in-code") }),
  z.object({ type: z.literal("set-key") }),
  z.object({ type: z.literal("use-local-models") }),
  z.object({ type: z.literal("pick-attachments") }),
  z.object({ type: z.literal("attach-image"), label: z.string(), data: z.string() }),
  z.object({ type: z.literal("image-fitted"), id, data: z.exactOptional(z.string()) }),
  z.object({ type: z.literal("attach-text"), label: z.string(), text: z.string() }),
  z.object({ type: z.literal("attach-uris"), uris: z.array(z.string()) }),
  /** Searches for mentions that match the text after an `@`. Aborts the previous search. */
  z.object({ type: z.literal("find-mentions"), search: z.number(), query: z.string() }),
  z.object({ type: z.literal("attach-mention"), id: z.string() }),
  z.object({ type: z.literal("detach"), id }),
  /** Removes all attachments from the composer; project instructions stay. */
  z.object({ type: z.literal("detach-all") }),
  /** Removes the surrounding code of a selection. */
  z.object({ type: z.literal("detach-surroundings"), id }),
  /** Requests the text of an attachment, or the result of a call. */
  z.object({ type: z.literal("expand"), id }),
  z.object({ type: z.literal("copy-answer"), id }),
  z.object({ type: z.literal("copy"), text: z.string() }),
  z.object({ type: z.literal("code"), do: codeAction, ...codeBlock }),
  z.object({ type: z.literal("open-link"), url: z.string() }),
  /** Asks which names in an answer are files or symbols of the workspace. */
  z.object({ type: z.literal("find-code-links"), names: z.array(codeName).check(z.maxLength(200)) }),
  z.object({ type: z.literal("open-code-link"), name: codeName }),
  z.object({ type: z.literal("copy-diagnostics") }),
  z.object({ type: z.literal("crash"), message: z.string() }),
]);

export type FromWebview = z.infer<typeof fromWebview>;

/** An action for a code block. */
export type CodeAction = z.infer<typeof codeAction>;

/** What the menu of an answer is about. */
export const answerMenuTarget = z.object({ conversation: id, answer: id });

/** What the menu of a code block is about. */
export const codeMenuTarget = z.object({ conversation: id, ...codeBlock });

/** VS Code's `data-vscode-context` of a code block, which its menu passes to the commands. */
export interface CodeMenuContext extends z.infer<typeof codeMenuTarget> {
  webviewSection: "freeModelsCode";
}
