import { RouterError } from "./errors";
import { isRecord } from "./json";
import type { CompletionRequest, ContentPart } from "./request";

/** The content of a part, by its type: a text that must not be missing. */
const contents: Readonly<Record<ContentPart["type"], (part: Record<string, unknown>) => unknown>> = {
  text: ({ text }) => text,
  image_url: ({ image_url }) => isRecord(image_url) && image_url["url"],
  file: ({ file }) => isRecord(file) && file["file_data"],
  input_audio: ({ input_audio }) => isRecord(input_audio) && input_audio["data"],
  video_url: ({ video_url }) => isRecord(video_url) && video_url["url"],
};

/** Throws `RouterError` (bad-request) for a request that no model can answer: without messages, or with a part that cannot be sent. */
export function rejectUnsendable({ messages }: CompletionRequest): void {
  if (!Array.isArray(messages) || messages.length === 0) throw badRequest("The request has no messages.");
  for (const message of messages as readonly unknown[]) {
    if (!isRecord(message)) throw badRequest("The request contains a message that is not an object.");
    const { content } = message;
    for (const part of Array.isArray(content) ? (content as readonly unknown[]) : []) rejectUnsendablePart(part);
  }
}

function rejectUnsendablePart(part: unknown): void {
  const type = isRecord(part) ? String(part["type"]) : "none";
  if (!isRecord(part) || !Object.hasOwn(contents, type))
    throw badRequest(`The request contains a part of the unknown type "${type}".`);
  if (typeof contents[type as ContentPart["type"]](part) !== "string")
    throw badRequest(`The request contains a part of the type "${type}" without content.`);
}

function badRequest(message: string): RouterError {
  return new RouterError("bad-request", message);
}
