import { textKinds } from "../../context/attachment";
import * as z from "zod/mini";
import { isFailureReason, type FailureReason } from "../../router/index";
import { waitReasons } from "../conversation/answerStatus";
import type { ConversationEvent } from "../conversation/conversationEvent";
import type { Draft } from "../conversation/draft";

/** Schemas of the records in conversation files and imports. Fields that are not listed are dropped. */

/** More answers side by side cannot be read. */
const maxColumns = 4;

/** More code blocks of an answer are not marked as applied. */
export const maxUsedCode = 200;

const id = z.string().check(z.regex(/^[\w-]{1,64}$/));
const time = z.number();
// A reason that a later version added counts as a server error.
const reason = z.catch(
  z.custom<FailureReason>((value) => typeof value === "string" && isFailureReason(value)),
  "server-error",
);

const textAttachment = z.object({
  id,
  kind: z.enum(textKinds),
  label: z.string(),
  text: z.string(),
  languageId: z.exactOptional(z.string()),
  uri: z.exactOptional(z.string()),
  range: z.exactOptional(
    z.object({ startLine: z.number(), startCharacter: z.number(), endLine: z.number(), endCharacter: z.number() }),
  ),
  surroundings: z.exactOptional(z.string()),
  cut: z.exactOptional(z.string()),
  reason: z.exactOptional(z.string()),
});

const mediaType = z.enum(["image/png", "image/jpeg", "image/webp", "image/gif"]);

const storedImage = z.object({
  id,
  kind: z.literal("image"),
  label: z.string(),
  mediaType,
  width: z.exactOptional(z.number()),
  height: z.exactOptional(z.number()),
});

export const storedAttachment = z.discriminatedUnion("kind", [textAttachment, storedImage]);

const question = z.object({ text: z.string(), attachments: z.array(storedAttachment), at: time });

const failure = z.object({ attempt: z.number(), model: z.string(), reason, message: z.string() });

const usage = z.object({
  promptTokens: z.number(),
  completionTokens: z.number(),
  reasoningTokens: z.exactOptional(z.number()),
  cost: z.exactOptional(z.number()),
});

const error = z.object({
  reason,
  service: z.exactOptional(z.string()),
  status: z.exactOptional(z.number()),
  detail: z.exactOptional(z.string()),
  complaint: z.exactOptional(z.string()),
  link: z.exactOptional(z.string()),
  retryAt: z.exactOptional(time),
  remaining: z.exactOptional(z.number()),
  model: z.exactOptional(z.string()),
  rules: z.exactOptional(z.array(z.string())),
  tried: z.exactOptional(z.array(reason)),
});

const usedCode = z.array(id).check(z.maxLength(maxUsedCode));

const answerChanges = z.object({
  status: z.exactOptional(z.enum(["waiting", "streaming", "complete", "stopped", "interrupted", "failed"])),
  text: z.exactOptional(z.string()),
  reasoning: z.exactOptional(z.string()),
  model: z.exactOptional(z.nullable(z.string())),
  provider: z.exactOptional(z.nullable(z.string())),
  wait: z.exactOptional(z.nullable(z.object({ until: time, reason: z.enum(waitReasons) }))),
  sentFrom: z.exactOptional(id),
  failures: z.exactOptional(z.array(failure)),
  notices: z.exactOptional(z.array(z.string())),
  appliedCode: z.exactOptional(usedCode),
  insertedCode: z.exactOptional(usedCode),
  attempts: z.exactOptional(z.number()),
  passedOver: z.exactOptional(z.number()),
  reasoningMs: z.exactOptional(z.number()),
  timeToFirstTextMs: z.exactOptional(z.number()),
  durationMs: z.exactOptional(z.number()),
  finishReason: z.exactOptional(z.string()),
  usage: z.exactOptional(usage),
  error: z.exactOptional(error),
});

const event = z.discriminatedUnion("type", [
  z.object({ type: z.literal("conversation-start"), version: z.literal(1), id, at: time }),
  z.object({ type: z.literal("turn-add"), turn: id, after: z.exactOptional(id), question }),
  z.object({ type: z.literal("answer-start"), turn: id, answer: id, at: time, pid: z.number() }),
  z.object({
    type: z.literal("answer-delta"),
    answer: id,
    text: z.exactOptional(z.string()),
    reasoning: z.exactOptional(z.string()),
  }),
  z.object({ type: z.literal("answer-change"), answer: id, changes: answerChanges }),
  z.object({ type: z.literal("columns-change"), turn: id, answers: z.array(id).check(z.maxLength(maxColumns)) }),
  z.object({
    type: z.literal("request-start"),
    answer: id,
    current: z.number(),
    most: z.number(),
    left: z.exactOptional(z.number()),
    isLast: z.exactOptional(z.literal(true)),
  }),
  z.object({
    type: z.literal("tool-call"),
    answer: id,
    call: id,
    round: z.number(),
    name: z.string(),
    arguments: z.string(),
    label: z.string(),
    at: time,
  }),
  z.object({
    type: z.literal("tool-result"),
    answer: id,
    call: id,
    text: z.string(),
    isProblem: z.exactOptional(z.literal(true)),
  }),
  z.object({ type: z.literal("show"), after: z.union([id, z.literal("")]), id }),
  z.object({ type: z.literal("turn-delete"), turn: id }),
  z.object({ type: z.literal("title-change"), title: z.nullable(z.string()) }),
  z.object({ type: z.literal("pin-change"), pinned: z.boolean() }),
]);

/** Parses a stored record; `undefined` if it is not an event that this version supports. */
export function parseEvent(value: unknown): ConversationEvent | undefined {
  const result = event.safeParse(value);
  return result.success ? result.data : undefined;
}

const drafted = { text: z.string(), attachments: z.array(storedAttachment) };
const draft = z.object({
  ...drafted,
  queued: z.catch(z.array(z.object({ id, ...drafted, rounds: z.exactOptional(z.number()) })), []),
  withoutInstructions: z.catch(z.array(z.string()), []),
  revision: z.number(),
});

/** Parses the text of a draft file; `undefined` if it is not valid. */
export function parseDraft(text: string): Draft | undefined {
  try {
    return draft.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
