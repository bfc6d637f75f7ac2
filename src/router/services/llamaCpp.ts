import * as z from "zod/mini";
import { isRouterError } from "../errors";
import { isRecord } from "../json";
import { modelIdOf, type Model } from "../model";
import type { ServiceUse } from "../settings";
import type { RefusalRule } from "./compatibleRefusal";
import { askServer, contextExceeded, localFirstContentMs, stillLoading } from "./localServer";
import { listModels, openAiCompatible, plainModel } from "./openAiCompatible";
import type { ListOptions, Service } from "./service";

const refusals: readonly RefusalRule[] = [
  { text: /exceed_context_size/, means: contextExceeded },
  { status: 503, text: /loading model/i, means: stillLoading("llama.cpp") },
  { text: /requires --jinja/, means: { reason: "capability-missing", capability: "tools" } },
  { text: /failed to allocate|(not enough|out of) memory/i, means: { reason: "out-of-memory" } },
];

const number = z.catch(z.optional(z.number()), undefined);
const strings = z.catch(z.optional(z.array(z.string())), undefined);

/** `GET /props`. `n_ctx` is the window of one slot; a server that is loading has no properties. */
const propsSchema = z.object({
  total_slots: number,
  default_generation_settings: z.catch(z.optional(z.object({ n_ctx: number })), undefined),
  modalities: z.catch(z.optional(z.object({ vision: z.optional(z.boolean()) })), undefined),
});

/** A row of `GET /v1/models`. Only a server that was started without a model has a `status`. */
const rowSchema = z.object({
  id: z.string(),
  meta: z.catch(z.nullish(z.object({ size: number })), undefined),
  architecture: z.catch(z.optional(z.object({ input_modalities: strings, output_modalities: strings })), undefined),
  status: z.catch(z.optional(z.object({ value: z.string(), failed: z.optional(z.boolean()) })), undefined),
  props: z.optional(propsSchema),
});

/** llama.cpp's server: with one model, or with several that a request loads. */
export function llamaCppService({ id, name = "llama.cpp" }: ServiceUse): Service {
  const server = { name, refusals };
  return openAiCompatible({
    ...{ id, ...server, place: "local", needsKey: false, limits: undefined, mayCollectData: false },
    accepts: ["stream_options", "tool_choice", "parallel_tool_calls", "seed", "reasoning_effort"],
    firstContentMs: localFirstContentMs,
    async listRows(options) {
      const [rows, ownProps] = await Promise.all([
        listModels(options, { ...server, place: "local" }),
        propsOf(options, ""),
      ]);
      const known = rows.flatMap((row) => rowSchema.safeParse(row).data ?? []).filter(canChat);
      return Promise.all(
        known.map(async ({ id: model, ...row }) => {
          const isLoaded = row.status?.value === "loaded";
          const props = row.status && isLoaded ? await propsOf(options, model) : row.status ? undefined : ownProps;
          return { ...row, id: baseName(model), props };
        }),
      );
    },
    parseModel: (row) => parseRow(id, row),
    isReady: (options) =>
      askServer(options, server, "/health", isHealthy).catch((error: unknown) => {
        if (isRouterError(error) && error.reason === "server-loading") return false;
        throw error;
      }),
  });

  /** `autoload=false`: asking for the properties of a model would load it. */
  function propsOf(options: ListOptions, model: string): Promise<z.infer<typeof propsSchema> | undefined> {
    const query = model === "" ? "" : `model=${encodeURIComponent(model)}&`;
    const parse = (document: unknown) => propsSchema.safeParse(document).data;
    return askServer(options, server, `/props?${query}autoload=false`, parse).catch(() => undefined);
  }
}

function isHealthy(document: unknown): true | undefined {
  return isRecord(document) && document["status"] === "ok" ? true : undefined;
}

/** `decisions` are classifiers. A model that is being downloaded, or could not be loaded, cannot answer. */
function canChat({ architecture, status }: z.infer<typeof rowSchema>): boolean {
  if (status?.value === "downloading" || status?.failed) return false;
  return architecture?.output_modalities?.includes("text") ?? true;
}

/** A server with one model names its file, often with the user's name in the path. It ignores the name that is asked for. */
function baseName(id: string): string {
  const isPath = /^(\/|~|\.{1,2}[\\/]|[A-Za-z]:[\\/])/.test(id) || /[\\/].*\.gguf$/i.test(id);
  return isPath ? (id.split(/[\\/]/).at(-1) ?? id) : id;
}

function parseRow(service: string, row: unknown): Model | undefined {
  const parsed = rowSchema.safeParse(row).data;
  if (!parsed) return undefined;
  const { id, meta, architecture, props } = parsed;
  const hasVision = props?.modalities?.vision ?? architecture?.input_modalities?.includes("image");
  return {
    ...plainModel,
    ...{ id: modelIdOf(service, id), canonicalSlug: id, name: id },
    // It refuses a conversation that is too long and says why, so an unknown window does no harm.
    contextLength: props?.default_generation_settings?.n_ctx ?? 0,
    inputModalities: hasVision ? ["text", "image"] : ["text"],
    supportedParameters: ["tools", "tool_choice", "structured_outputs", "response_format"],
    ...(meta?.size !== undefined && { size: meta.size }),
    ...{ loaded: props !== undefined, slots: props?.total_slots ?? 1 },
  };
}
