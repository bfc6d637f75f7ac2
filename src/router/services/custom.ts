import * as z from "zod/mini";
import { modelIdOf, type Model } from "../model";
import type { ServiceUse } from "../settings";
import { isLoopbackUrl } from "./loopback";
import { openAiCompatible, plainModel } from "./openAiCompatible";
import type { Service } from "./service";

/** The window that is assumed where a service does not tell it, tokens. */
const assumedWindow = 8_192;

const tokens = z.catch(z.optional(z.number()), undefined);
/** vLLM tells `max_model_len`, llama.cpp `meta.n_ctx`, others one of the two names for the window. */
const rowSchema = z.object({
  id: z.string(),
  max_model_len: tokens,
  context_length: tokens,
  context_window: tokens,
  meta: z.catch(z.optional(z.object({ n_ctx: tokens })), undefined),
});

/** Any OpenAI-compatible address of the user. Its rows tell little more than the name of a model. */
export function customService({ id, name = id, baseUrl }: ServiceUse): Service {
  return openAiCompatible({
    ...{ id, name, place: isLoopbackUrl(baseUrl) ? "local" : "remote" },
    ...{ needsKey: false, limits: { per: "account" }, mayCollectData: !isLoopbackUrl(baseUrl) },
    accepts: ["stream_options"],
    parseModel: (row) => parseRow(id, row),
  });
}

function parseRow(service: string, row: unknown): Model | undefined {
  const parsed = rowSchema.safeParse(row).data;
  if (!parsed) return undefined;
  const { id, max_model_len, context_length, context_window, meta } = parsed;
  return {
    ...plainModel,
    ...{ id: modelIdOf(service, id), canonicalSlug: id, name: id },
    contextLength: max_model_len ?? context_length ?? context_window ?? meta?.n_ctx ?? assumedWindow,
    unknownParameters: ["tools", "tool_choice", "structured_outputs", "response_format"],
  };
}
