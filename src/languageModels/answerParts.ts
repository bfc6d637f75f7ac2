import { t } from "@vscode/l10n";
import { formatTime } from "../timeFormat";
import { escapeMarkdown } from "../escapeMarkdown";
import type { Completion, ModelId, RouterEvent, ToolCall } from "../router/index";
import { visibleName } from "../visibleText";
import { closingFence } from "./closingFence";
import { ownNote } from "./ownNote";
import { PlaceholderStream } from "./placeholderStream";
import type { ReasoningDetails } from "./chatMessage";

/** Receives an answer, part by part. */
export interface AnswerSink {
  text(text: string): void;
  /** Shown folded, above the answer. */
  reasoning(text: string): void;
  reasoningDetails(details: ReasoningDetails): void;
  toolCall(call: ToolCall): void;
  usage(usage: NonNullable<Completion["usage"]>): void;
}

export interface AnswerOptions {
  readonly sink: AnswerSink;
  /** Puts secrets back into a text. Rejects with `UnknownPlaceholderError` if a placeholder is not known. */
  readonly restore: (text: string) => Promise<string>;
  /** The name of a model as everywhere. */
  readonly modelName: (id: ModelId) => Promise<string>;
  readonly onNotice: (notice: Extract<RouterEvent, { type: "notice" }>) => void;
}

/** A tool call has a placeholder for a secret that is not known any more, such as after a restart. Its message is for the user. */
export class UnknownPlaceholderError extends Error {}

/** Waits that end sooner are not mentioned, milliseconds. */
const shortWaitMs = 3_000;

/**
 * Passes the events of a completion on as parts of one answer. VS Code cannot take back what it was given, so when a model breaks off, the
 * next one's reply follows on a new line that says so. Tool calls come at the end of a completion, so none has been passed on by then.
 * Returns how the completion ended. Throws what the router throws.
 */
export async function writeAnswer(
  events: AsyncIterable<RouterEvent>,
  { sink, restore, modelName, onNotice }: AnswerOptions,
  now: () => number,
): Promise<Completion | undefined> {
  const placeholders = new PlaceholderStream((text) => restore(text).catch(() => text));
  let written = "";
  let failed: ModelId | undefined;
  const calls: ToolCall[] = [];
  const write = (text: string): void => {
    if (text === "") return;
    written += text;
    sink.text(text);
  };
  for await (const event of events) {
    switch (event.type) {
      case "attempt-start":
        write(placeholders.end());
        if (written !== "" && failed !== undefined)
          write(restartText(written, await modelName(failed), await modelName(event.model)));
        break;
      case "wait":
        if (event.until - now() >= shortWaitMs) sink.reasoning(`${waitText(event)}\n`);
        break;
      case "text-delta": {
        const text = placeholders.push(event.text);
        write(typeof text === "string" ? text : await text);
        break;
      }
      case "reasoning-delta":
        sink.reasoning(event.text);
        break;
      case "tool-call":
        calls.push(event);
        break;
      case "attempt-fail":
        failed = event.model;
        break;
      case "notice":
        onNotice(event);
        break;
      case "completion-end":
        write(placeholders.end());
        if (event.finishReason === "length")
          write(`${closingFence(written)}\n\n${ownNote(t("The answer was cut off because it is too long."))}`);
        // All or none: a caller would run the first calls before it learns that one cannot be restored.
        for (const call of await Promise.all(calls.map((each) => restoredCall(each, restore)))) sink.toolCall(call);
        if (event.reasoningDetails && event.reasoningDetails.length > 0)
          sink.reasoningDetails({ model: event.model, details: event.reasoningDetails });
        if (event.usage) sink.usage(event.usage);
        return event;
      case "attempt-slow":
      case "rival-start":
      case "model":
        break;
    }
  }
  return undefined;
}

/** A call with its secrets put back, in all texts of its arguments. */
async function restoredCall(
  { id, name, arguments: input }: ToolCall,
  restore: AnswerOptions["restore"],
): Promise<ToolCall> {
  return { id, name, arguments: await restoredValue(input, restore) };
}

async function restoredValue(value: unknown, restore: AnswerOptions["restore"]): Promise<unknown> {
  if (typeof value === "string") return restore(value);
  if (Array.isArray(value)) return Promise.all(value.map((each) => restoredValue(each, restore)));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(
    async ([name, each]) => [name, await restoredValue(each, restore)] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}

/** `failed` and `next` are the names of models. */
function restartText(written: string, failed: string, next: string): string {
  const sentence = t("{0} broke off. {1} answers from the start:", shownName(failed), shownName(next));
  return `${closingFence(written)}\n\n${ownNote(sentence)}\n\n`;
}

function waitText({ until, reason }: Extract<RouterEvent, { type: "wait" }>): string {
  const time = formatTime(until, true);
  switch (reason) {
    case "minute-limit":
      return t("This minute's free requests are used up. Continuing at {0}.", time);
    case "resting":
      return t("All free models that fit are busy. Trying again at {0}.", time);
    case "queue":
      return t("The local server is answering another question. Waiting until {0} at most.", time);
    case "loading":
      return t("The local server is loading the model. Waiting until {0} at most.", time);
  }
}

function shownName(name: string): string {
  return escapeMarkdown(visibleName(name));
}
