import { createHash } from "node:crypto";
import { isRecord } from "../json";
import type { BodyOptions } from "./service";

type Body = Record<string, unknown>;

/** Mistral refuses every field and value that its schema lacks, with status 422. */
export function mistralBody(body: Body, { request }: BodyOptions): Body {
  const { temperature, top_p, seed } = request;
  const messages: readonly unknown[] = Array.isArray(body["messages"]) ? body["messages"] : [];
  return {
    ...body,
    messages: messages.map((message) => (isRecord(message) ? withShortIds(message) : message)),
    ...(temperature !== undefined && { temperature: Math.min(temperature, 1.5) }),
    ...(top_p !== undefined && { top_p: Math.max(top_p, 0.01) }),
    ...(seed !== undefined && { random_seed: seed }),
    ...(body["tool_choice"] === "required" && { tool_choice: "any" }),
  };
}

function withShortIds(message: Body): Body {
  const { tool_calls: calls, tool_call_id: id } = message;
  return {
    ...message,
    ...(Array.isArray(calls) && {
      tool_calls: calls.map((call: unknown) => (isRecord(call) ? { ...call, id: shortId(call["id"]) } : call)),
    }),
    ...(id !== undefined && { tool_call_id: shortId(id) }),
  };
}

/** The id of a call has nine letters or digits. That of another service becomes the same one for the call and for its result. */
function shortId(id: unknown): string {
  const text = String(id);
  if (/^[a-zA-Z0-9]{9}$/.test(text)) return text;
  return createHash("sha256").update(text).digest("hex").slice(0, 9);
}
