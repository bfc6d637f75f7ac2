import { RouterError } from "./errors";
import type { CompletionRequest, ContentPart } from "./request";

const partTypes: Readonly<Record<ContentPart["type"], true>> = {
  text: true,
  image_url: true,
  file: true,
  input_audio: true,
  video_url: true,
};

/** Throws `RouterError` (bad-request) for a request that no model can answer: without messages, or with an unknown part. */
export function rejectUnsendable({ messages }: CompletionRequest): void {
  if (messages.length === 0) throw new RouterError("bad-request", "The request has no messages.");
  for (const { content } of messages)
    for (const part of Array.isArray(content) ? (content as readonly { type: string }[]) : [])
      if (!Object.hasOwn(partTypes, part.type))
        throw new RouterError("bad-request", `The request contains a part of the unknown type "${part.type}".`);
}
