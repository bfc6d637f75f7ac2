import * as z from "zod/mini";
import { modelIdOf, type Model } from "../model";
import type { ServiceUse } from "../settings";
import { mistralBody } from "./mistralBody";
import { openAiCompatible, plainModel } from "./openAiCompatible";
import type { Service } from "./service";

const formats = ["structured_outputs", "response_format"];
const [flag, text] = [z.catch(z.optional(z.boolean()), undefined), z.catch(z.optional(z.string()), undefined)];
const rowSchema = z.object({
  id: z.string(),
  ...{ name: text, deprecation: text },
  max_context_length: z.catch(z.number(), 0),
  capabilities: z.object({
    ...{ completion_chat: flag, function_calling: flag, vision: flag },
    ...{ ocr: flag, moderation: flag, classification: flag },
  }),
});

/** Mistral. An account in Free mode has no card; nothing in the API tells the mode. */
export function mistralService({ id, name = "Mistral" }: ServiceUse): Service {
  return openAiCompatible({
    ...{ id, name, place: "remote", needsKey: true },
    // One request a second; others are not published. A refusal without a time can be of the second, the minute or, the third, the month.
    limits: { per: "account", requestsPerMinute: 60, intervalMs: 1_000, refusalRestsMs: [1_000, 60_000, 3_600_000] },
    limitHeaders: { requestsPerMinute: "req-minute", tokensPerMinute: "tokens-minute" },
    // In Free mode it may train on prompts unless the user opts out.
    mayCollectData: true,
    accepts: ["tool_choice", "parallel_tool_calls"],
    refusals: [{ status: 429, text: /capacity exceeded/i, means: { reason: "rate-limit-model" } }],
    chatRows: foldAliases,
    parseModel: (row) => parseRow(id, row),
    adaptBody: mistralBody,
  });
}

/** Each alias is a row of its own, with the name of its model. One row of each name is left, if possible the model's own. */
function foldAliases(rows: readonly unknown[]): readonly unknown[] {
  const byName = new Map<string, z.infer<typeof rowSchema>>();
  for (const row of rows) {
    const parsed = rowSchema.safeParse(row).data;
    const { completion_chat, ocr, moderation, classification } = parsed?.capabilities ?? {};
    if (!parsed || !completion_chat || ocr || moderation || classification) continue;
    const { id, name = id } = parsed;
    if (!byName.has(name) || id === name) byName.set(name, parsed);
  }
  return [...byName.values()];
}

function parseRow(service: string, row: unknown): Model | undefined {
  const parsed = rowSchema.safeParse(row).data;
  if (!parsed) return undefined;
  const { id, max_context_length: contextLength, deprecation, capabilities } = parsed;
  return {
    ...{ ...plainModel, id: modelIdOf(service, id), canonicalSlug: id, name: id, contextLength },
    inputModalities: capabilities.vision ? ["text", "image"] : ["text"],
    supportedParameters: [...formats, ...(capabilities.function_calling ? ["tools", "tool_choice"] : [])],
    ...(deprecation && { expirationDate: deprecation.slice(0, 10) }),
  };
}
