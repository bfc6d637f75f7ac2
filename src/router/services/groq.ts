import * as z from "zod/mini";
import { modelIdOf, type Model } from "../model";
import type { ServiceUse } from "../settings";
import groqCapabilities from "./groqCapabilities.json";
import { groqRefusals } from "./groqRefusals";
import { openAiCompatible, plainModel } from "./openAiCompatible";
import type { Service } from "./service";

const rowSchema = z.object({
  id: z.string(),
  active: z.optional(z.boolean()),
  context_window: z.number(),
  max_completion_tokens: z.optional(z.number()),
});
type Known = { tools?: boolean; schema?: boolean; image?: boolean; efforts?: readonly string[] };
const known: Readonly<Record<string, Known | undefined>> = groqCapabilities.models;
/** Rows that do not chat, that judge instead of answering, or that call tools of their own. */
const otherRows = /whisper|tts|orpheus|guard|\bcompound\b/i;

/** Groq. Its list does not tell what a model can do, so a table does; the list decides what exists. */
export function groqService({ id, name = "Groq" }: ServiceUse): Service {
  return openAiCompatible({
    ...{ id, name, place: "remote", needsKey: true },
    // https://console.groq.com/docs/rate-limits, 2026-09. The day is a bucket that refills evenly, without a midnight.
    limits: { per: "model", requestsPerMinute: 30, requestsPerDay: 1_000, refills: true, tokensPerMinute: 8_000 },
    limitHeaders: { requestsPerDay: "requests", tokensPerMinute: "tokens" },
    // It keeps no prompts by default (https://console.groq.com/docs/your-data), and the user has allowed it by name.
    mayCollectData: false,
    accepts: ["tool_choice", "seed", "reasoning_effort"],
    refusals: groqRefusals,
    chatRows: (rows) => rows.filter(isChat),
    parseModel: (row) => parseRow(id, row),
    adaptBody: ({ reasoning_effort: effort, ...body }, { model }) =>
      known[model?.canonicalSlug ?? ""]?.efforts?.includes(String(effort))
        ? { ...body, reasoning_effort: effort }
        : body,
  });
}

function isChat(row: unknown): boolean {
  const { active = true, id = "" } = rowSchema.safeParse(row).data ?? {};
  return active && !otherRows.test(id);
}

function parseRow(service: string, row: unknown): Model | undefined {
  const parsed = rowSchema.safeParse(row).data;
  if (!parsed) return undefined;
  const { id, max_completion_tokens: maxCompletionTokens } = parsed;
  const { tools, schema, image, efforts } = known[id] ?? {};
  const told = { tools, tool_choice: tools, structured_outputs: schema, response_format: id in known || undefined };
  const parametersThatAre = (value: boolean | undefined): string[] =>
    Object.entries(told).flatMap(([parameter, isSupported]) => (isSupported === value ? [parameter] : []));
  return {
    ...{ ...plainModel, id: modelIdOf(service, id), canonicalSlug: id, name: id, contextLength: parsed.context_window },
    ...(maxCompletionTokens !== undefined && { maxCompletionTokens }),
    inputModalities: image ? ["text", "image"] : ["text"],
    ...{ supportedParameters: parametersThatAre(true), unknownParameters: parametersThatAre(undefined) },
    ...(efforts && { reasoning: { mandatory: !efforts.includes("none"), defaultEnabled: true } }),
  };
}
