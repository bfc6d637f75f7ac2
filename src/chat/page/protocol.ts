import * as z from "zod/mini";
import type { Mention, TextKind } from "../../context/attachment";
import type { FailureMessage } from "../../failureAction";
import type { AnswerStatus, AnswerWait } from "../conversation/answerStatus";
import type { SendWarning, TokenEstimate } from "../session/sendWarning";

/**
 * All that host and page say to each other. The page says `ready` and gets the whole `state`; from then on it is told what
 * changes, at most once per frame, as an array of messages. The host parses whatever the page says.
 */
export type ToWebview =
  | { type: "state"; state: ChatState }
  /** From this position on the conversation now goes like this. */
  | { type: "turns"; from: number; turns: TurnView[] }
  | { type: "answer"; answer: AnswerHeader }
  | { type: "delta"; answer: string; text?: string; reasoning?: string }
  | { type: "draft"; draft: DraftView }
  | { type: "send-preview"; conversation: string; preview: SendPreviewView }
  | { type: "environment"; environment: Environment }
  | { type: "attachment-text"; id: string; text: string; surroundings?: string }
  /** What was found for the search with this number, best first. */
  | { type: "mentions"; search: number; found: readonly Mention[] }
  /** Draw a file's picture (base64) as models get to see it, and say `picture-fitted`. */
  | { type: "fit-image"; id: string; label: string; data: string }
  | { type: "notice"; notice: Notice }
  /** Which of the names asked about can be opened. */
  | { type: "code-links"; asked: string[]; found: string[] }
  /** Put the cursor into the composer. */
  | { type: "focus" }
  /** Open the bar that finds words in the chat. */
  | { type: "find" };

export interface ChatState {
  /** Which conversation this is: the page keeps its scroll position and what is typed by it. */
  conversation: string;
  title: string;
  turns: TurnView[];
  draft: DraftView;
  environment: Environment;
}

export interface Environment {
  hasKey: boolean;
  /** How the next model is chosen, in two or three words: "Automatic", or the pinned model's name. */
  modelChoice: string;
}

export interface TurnView {
  id: string;
  /** The answer it follows, `""` for the first: what `show` wants. */
  after: string;
  question: { text: string; attachments: AttachmentView[] };
  /** Turn ids of this question's wordings, this one among them. */
  versions: string[];
  /** Answer ids, the shown one among them. */
  variants: string[];
  answer?: AnswerView;
}

export interface AnswerView extends AnswerHeader {
  text: string;
  reasoning: string;
}

/** Everything about an answer but its text. Durations in milliseconds, instants in epoch milliseconds. */
export interface AnswerHeader {
  id: string;
  status: AnswerStatus;
  startedAt: number;
  model?: { id: string; name: string };
  provider?: string;
  wait?: AnswerWait;
  /** "2 busy", "1 broke off": what earlier attempts met. */
  failures: string[];
  notices: string[];
  reasoningMs?: number;
  timeToFirstTextMs?: number;
  durationMs?: number;
  tokens?: number;
  /** The turn that the conversation was sent from, where the ones before it were left out. */
  sentFrom?: string;
  /** It ended because it became too long. */
  truncated?: boolean;
  error?: FailureMessage;
}

export interface AttachmentView {
  id: string;
  kind: TextKind | "image";
  label: string;
  /** What was left out, in words. */
  cut?: string;
  /** Characters of a text, with those of what stands around it. */
  length?: number;
  /** What stands around it in its file is sent with it. */
  surroundings?: boolean;
  /** Where a picture can be shown from. */
  url?: string;
}

export interface DraftView {
  text: string;
  attachments: AttachmentView[];
  /** What waits until the present answer is complete. */
  queued: { id: string; text: string; attachments: number }[];
  revision: number;
}

/** What becomes of the question in the composer when it is sent now. */
export interface SendPreviewView {
  /** Sent along as instructions with every question of this chat. */
  instructions: AttachmentView[];
  /** Only when it matters. */
  tokenEstimate?: TokenEstimate;
  warning?: SendWarning;
}

export interface Notice {
  severity: "info" | "error";
  text: string;
  /** Takes the place of what was said about the same before. */
  about?: "saving";
}

const id = z.string().check(z.regex(/^[\w-]{1,64}$/));
const revision = z.number();
/** What an answer calls a file or symbol. */
const mention = z.string().check(z.maxLength(200));

/** Where an example question of the empty chat takes its subject from. */
const subject = z.enum(["editor", "picture", "none"]);

const failureAction = z.union([
  z.object({
    do: z.enum([
      ...(["sign-in", "set-key", "retry", "another-model", "choose-model", "continue", "edit"] as const),
      ...(["show-log", "test-connection"] as const),
    ]),
  }),
  z.object({ do: z.literal("open-link"), url: z.string() }),
]);

/** What is done with a code block; `more` lets the user choose among the rest. */
const codeDeed = z.enum(["copy", "insert", "apply", "terminal", "more"]);

export const fromWebview = z.discriminatedUnion("type", [
  z.object({ type: z.literal("ready") }),
  // With the conversation they were typed in: the page may show another one by the time they arrive.
  z.object({ type: z.literal("draft"), conversation: id, text: z.string(), revision }),
  z.object({ type: z.literal("submit"), conversation: id, text: z.string(), revision }),
  /** Puts a question that waits back into the composer, or takes it away for good. */
  z.object({ type: z.literal("unqueue"), id }),
  z.object({ type: z.literal("remove-queued"), id }),
  z.object({ type: z.literal("stop") }),
  z.object({ type: z.literal("new-chat") }),
  z.object({ type: z.literal("example"), subject, text: z.string() }),
  z.object({ type: z.literal("regenerate"), turn: id, another: z.boolean() }),
  z.object({ type: z.literal("edit"), turn: id, text: z.string() }),
  z.object({ type: z.literal("show"), after: z.union([id, z.literal("")]), id }),
  z.object({ type: z.literal("act"), turn: id, action: failureAction }),
  /** What else can be done with an answer: the user chooses. */
  z.object({ type: z.literal("more"), turn: id }),
  z.object({ type: z.literal("choose-model") }),
  z.object({ type: z.literal("sign-in") }),
  z.object({ type: z.literal("set-key") }),
  z.object({ type: z.literal("pick-attachments") }),
  z.object({ type: z.literal("attach-image"), label: z.string(), data: z.string() }),
  z.object({ type: z.literal("image-fitted"), id, data: z.exactOptional(z.string()) }),
  z.object({ type: z.literal("attach-text"), label: z.string(), text: z.string() }),
  z.object({ type: z.literal("attach-uris"), uris: z.array(z.string()) }),
  /** What can be attached and fits what was typed after an `@`; the next search ends this one. */
  z.object({ type: z.literal("find-mentions"), search: z.number(), query: z.string() }),
  z.object({ type: z.literal("attach-mention"), id: z.string() }),
  z.object({ type: z.literal("detach"), id }),
  /** Leaves out what stands around a selection. */
  z.object({ type: z.literal("detach-surroundings"), id }),
  /** The text of a chip, to be shown under it. */
  z.object({ type: z.literal("expand"), id }),
  z.object({ type: z.literal("copy-answer"), id }),
  z.object({ type: z.literal("copy"), text: z.string() }),
  z.object({ type: z.literal("code"), do: codeDeed, turn: id, text: z.string(), language: z.string() }),
  z.object({ type: z.literal("open-link"), url: z.string() }),
  /** Which of these names in an answer are files or symbols of the workspace. */
  z.object({ type: z.literal("find-code-links"), names: z.array(mention).check(z.maxLength(200)) }),
  z.object({ type: z.literal("open-code-link"), name: mention }),
  z.object({ type: z.literal("copy-diagnostics") }),
  z.object({ type: z.literal("crash"), message: z.string() }),
]);

export type FromWebview = z.infer<typeof fromWebview>;
