import { requiredCapabilities } from "./capability";
import type { Model } from "./model";
import type { CompletionRequest, Message } from "./request";

/** No default window is smaller, so a shorter prompt was not cut. Its estimate would also be too coarse. */
const minPromptTokens = 1_000;
/** English counts about three quarters of the estimate. */
const completeShare = 0.7;
/** If the prompt fits by the server's own figure, only a great difference is no matter of counting. */
const completeShareIfFits = 0.5;

/** What is known of an answered request to a server that drops the start of a prompt that does not fit, without a word. */
export interface AnsweredPrompt {
  readonly request: CompletionRequest;
  readonly model: Model;
  /** The tokens that the server counted; `undefined` if it did not say. */
  readonly promptTokens: number | undefined;
  /** Asks for the window that the model was loaded with; `undefined` if the server does not tell. */
  readonly loadedWindow: () => Promise<number | undefined>;
}

export interface PromptFinding {
  /** Whether part of the conversation was left out. */
  readonly isTruncated: boolean;
  /** The actual window, tokens, if it is known now. */
  readonly window: number | undefined;
}

/**
 * Whether a server has left out part of a prompt: then it counted far fewer tokens than the estimate. Asks for the window only if the
 * answer is in doubt, or the model was loaded for it.
 */
export async function examinePrompt({
  request,
  model,
  promptTokens = 0,
  loadedWindow,
}: AnsweredPrompt): Promise<PromptFinding> {
  const estimate = textTokens(request);
  const isShort = (share: number): boolean =>
    promptTokens > 0 && estimate >= minPromptTokens && promptTokens < estimate * share;
  if (!isShort(completeShare) && model.loaded !== false) return { isTruncated: false, window: undefined };
  const window = await loadedWindow();
  if (window !== undefined && window < estimate) return { isTruncated: isShort(completeShare), window };
  const isTruncated = isShort(window === undefined ? completeShare : completeShareIfFits);
  return { isTruncated, window: isTruncated ? windowThatCut(promptTokens) : window };
}

/** Windows are powers of two, so it is the next one above what was left of the prompt. */
function windowThatCut(promptTokens: number): number {
  return 2 ** Math.ceil(Math.log2(promptTokens));
}

/** The estimate without images and files, which models count in very different ways. */
function textTokens(request: CompletionRequest): number {
  return requiredCapabilities({ ...request, messages: request.messages.map(textOnly) }).promptTokens;
}

function textOnly(message: Message): Message {
  if (typeof message.content === "string" || !message.content) return message;
  return { ...message, content: message.content.filter(({ type }) => type === "text") };
}
