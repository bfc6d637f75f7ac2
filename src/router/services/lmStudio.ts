import * as z from "zod/mini";
import { isRecord } from "../json";
import { modelIdOf, type Model } from "../model";
import type { ServiceUse } from "../settings";
import type { RefusalRule } from "./compatibleRefusal";
import { askServer, localFirstContentMs, modelRows, tooLong, unloadedWindow } from "./localServer";
import { dataRows, openAiCompatible, plainModel } from "./openAiCompatible";
import type { Service } from "./service";

/** Without statuses: LM Studio sends errors with 200 as well. */
const refusals: readonly RefusalRule[] = [
  {
    text: /no models? (is |are )?loaded/i,
    means: {
      reason: "server-loading",
      message: "No model is loaded in LM Studio. Load one on its Developer page, or run: lms load",
    },
  },
  {
    text: /context length of only \d+ tokens/,
    means: ({ message }) => tooLong(numberIn(/first (\d+) tokens/, message), numberIn(/only (\d+) tokens/, message)),
  },
  {
    text: /insufficient (system )?resources|(not enough|out of) memory/i,
    means: { reason: "out-of-memory" },
  },
];

function numberIn(pattern: RegExp, text: string): number | undefined {
  const digits = pattern.exec(text)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

const number = z.catch(z.optional(z.number()), undefined);
const text = z.catch(z.optional(z.string()), undefined);

/** A row of `GET /api/v1/models` (0.4.0 and later). */
const rowSchema = z.object({
  key: z.string(),
  display_name: text,
  size_bytes: number,
  max_context_length: number,
  loaded_instances: z.array(z.object({ config: z.catch(z.object({ context_length: number, parallel: number }), {}) })),
  capabilities: z.catch(
    z.object({
      vision: z.optional(z.boolean()),
      trained_for_tool_use: z.optional(z.boolean()),
      reasoning: z.nullish(z.object({ allowed_options: z.array(z.string()), default: text })),
    }),
    {},
  ),
});

/** A row of `GET /api/v0/models` (0.3.6 and later). */
const oldRowSchema = z.object({
  id: z.string(),
  type: z.string(),
  state: text,
  max_context_length: number,
  loaded_context_length: number,
  capabilities: z.catch(z.array(z.string()), []),
});

/** LM Studio. It answers 200 to every path, so only the body says whether it has one. */
export function lmStudioService({ id, name = "LM Studio" }: ServiceUse): Service {
  const server = { name, refusals };
  return openAiCompatible({
    ...{ id, ...server, place: "local", needsKey: false, limits: undefined, mayCollectData: false },
    accepts: ["stream_options", "tool_choice", "seed"],
    firstContentMs: localFirstContentMs,
    async listRows(options) {
      const rows = await askServer(options, server, "/api/v1/models", modelRows).catch((error: unknown) =>
        askServer(options, server, "/api/v0/models", dataRows).catch(() => {
          throw error;
        }),
      );
      return rows.filter((row) => isRecord(row) && (row["type"] === "llm" || row["type"] === "vlm"));
    },
    parseModel: (row) => parseRow(id, row) ?? parseOldRow(id, row),
  });
}

function parseRow(service: string, row: unknown): Model | undefined {
  const parsed = rowSchema.safeParse(row).data;
  if (!parsed) return undefined;
  const { key, display_name, size_bytes, max_context_length, capabilities } = parsed;
  const [instance] = parsed.loaded_instances;
  const { reasoning } = capabilities;
  return {
    ...plainModel,
    ...{ id: modelIdOf(service, key), canonicalSlug: key, name: display_name ?? key },
    contextLength: instance?.config.context_length ?? unloadedWindowOf(max_context_length),
    ...abilities(capabilities.vision === true, capabilities.trained_for_tool_use === true),
    ...(reasoning && {
      reasoning: {
        mandatory: !reasoning.allowed_options.includes("off"),
        defaultEnabled: reasoning.default !== "off",
      },
    }),
    ...(size_bytes !== undefined && { size: size_bytes }),
    ...{ loaded: instance !== undefined, slots: instance?.config.parallel ?? 1 },
  };
}

function parseOldRow(service: string, row: unknown): Model | undefined {
  const parsed = oldRowSchema.safeParse(row).data;
  if (!parsed) return undefined;
  const { id, type, state, max_context_length, loaded_context_length, capabilities } = parsed;
  const loaded = state === "loaded";
  return {
    ...plainModel,
    ...{ id: modelIdOf(service, id), canonicalSlug: id, name: id },
    contextLength: (loaded ? loaded_context_length : undefined) ?? unloadedWindowOf(max_context_length),
    ...abilities(type === "vlm", capabilities.includes("tool_use")),
    ...{ loaded, slots: 1 },
  };
}

/** Every model takes tools, but one that was not trained for them misses the format of a call. */
function abilities(hasVision: boolean, hasTools: boolean): Partial<Model> & Pick<Model, "supportedParameters"> {
  return {
    inputModalities: hasVision ? ["text", "image"] : ["text"],
    supportedParameters: ["structured_outputs", ...(hasTools ? ["tools"] : [])],
    unknownParameters: ["response_format", ...(hasTools ? [] : ["tools"])],
  };
}

/** The window that the user chose for loading is not told. The maximum is never the answer. */
function unloadedWindowOf(maximum = unloadedWindow): number {
  return Math.min(maximum, unloadedWindow);
}
