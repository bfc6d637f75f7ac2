import * as z from "zod/mini";
import { modelIdOf, type Model } from "../model";
import type { ServiceUse } from "../settings";
import type { RefusalRule } from "./compatibleRefusal";
import {
  askServer,
  contextExceeded,
  localFirstContentMs,
  modelRows,
  stillLoading,
  unloadedWindow,
} from "./localServer";
import { openAiCompatible, plainModel } from "./openAiCompatible";
import type { ListOptions, Service } from "./service";

const refusals: readonly RefusalRule[] = [
  { text: /exceed_context_size/, means: contextExceeded },
  { text: /does not support tools/, means: { reason: "capability-missing", capability: "tools" } },
  { text: /does not support thinking/, means: { reason: "parameter-refused", field: "reasoning" } },
  { status: 400, text: /does not support/, means: { reason: "capability-missing" } },
  { status: 404, text: /not found|try pulling/, means: ({ message }) => notPulled(message) },
  {
    text: /unexpectedly stopped|resource limitations|requires more (system )?memory|(not enough|out of) memory/i,
    means: { reason: "out-of-memory" },
  },
  { text: /loading model/i, means: stillLoading("Ollama") },
  {
    text: /server busy|maximum pending/,
    means: { reason: "unavailable", message: "Ollama has too many requests waiting." },
  },
];

/** `model 'qwen3:8b' not found`, in older versions with `, try pulling it first`. */
function notPulled(text: string) {
  const name = /model ['"]([^'"]+)['"]/.exec(text)?.[1];
  const message = name
    ? `${name} is not installed in Ollama. Run: ollama pull ${name}`
    : "The model is not installed in Ollama.";
  return { reason: "model-gone", message } as const;
}

const tokens = z.catch(z.optional(z.number()), undefined);
const text = z.catch(z.optional(z.string()), undefined);

/** A row of `GET /api/tags`, with what `POST /api/show` adds on versions before 2026, and the row of `GET /api/ps`. */
const rowSchema = z.object({
  name: z.string(),
  digest: text,
  size: tokens,
  context_length: tokens,
  details: z.catch(z.optional(z.object({ context_length: tokens })), undefined),
  capabilities: z.catch(z.optional(z.array(z.string())), undefined),
  model_info: z.catch(z.optional(z.record(z.string(), z.unknown())), undefined),
  parameters: text,
  running: z.optional(z.object({ context_length: tokens })),
});

/**
 * Ollama. `/v1` drops the oldest messages of a conversation that is too long without a word, and the window cannot be set there
 * (ollama server/prompt.go `chatPrompt`). So the router has to know the effective window: `/api/ps` tells that of a loaded model.
 */
export function ollamaService({ id, name = "Ollama" }: ServiceUse): Service {
  const server = { name, refusals };
  return openAiCompatible({
    ...{ id, ...server, place: "local", needsKey: false, limits: undefined, mayCollectData: false },
    accepts: ["stream_options", "seed", "reasoning_effort"],
    firstContentMs: localFirstContentMs,
    async listRows(options) {
      const [rows, running] = await Promise.all([
        askServer(options, server, "/api/tags", modelRows),
        runningRows(options),
      ]);
      const known = await Promise.all(rows.filter((row) => !isCloud(row)).map((row) => withDetails(options, row)));
      return known
        .filter((row) => !isCloud(row) && canChat(row))
        .map((row) => ({ ...row, running: running.find((each) => isSame(each, row)) }));
    },
    parseModel: (row) => parseRow(id, row),
    async loadedWindow(options, model) {
      const rows = await runningRows(options);
      const row = rows.find((each) => modelIdOf(id, String(each["name"])) === model);
      return windowOf(row);
    },
  });

  /** The loaded models; none if the server does not tell. */
  function runningRows(options: ListOptions): Promise<readonly Record<string, unknown>[]> {
    return askServer(options, server, "/api/ps", modelRows).catch(() => []);
  }

  async function withDetails(options: ListOptions, row: Record<string, unknown>): Promise<Record<string, unknown>> {
    if (Array.isArray(row["capabilities"])) return row;
    const body = { model: row["name"] };
    const details = await askServer(options, server, "/api/show", shownFields, body).catch(() => undefined);
    return { ...row, ...details };
  }
}

/** Only what a row lacks: the whole answer has the license and the template. */
function shownFields(document: unknown): Record<string, unknown> | undefined {
  const shown = z.record(z.string(), z.unknown()).safeParse(document).data;
  if (!shown) return undefined;
  const { capabilities, model_info, parameters, remote_host } = shown;
  return { capabilities, model_info, parameters, remote_host };
}

/** A cloud row is sent on to ollama.com (ollama internal/modelref), so it is not local. */
function isCloud({ name, remote_host, remote_model }: Record<string, unknown>): boolean {
  return Boolean(remote_host) || Boolean(remote_model) || /[:-]cloud$/i.test(String(name));
}

/** Embedding models and image generators do not chat. Versions before 2025 tell no capabilities. */
function canChat({ capabilities }: Record<string, unknown>): boolean {
  if (!Array.isArray(capabilities)) return true;
  return capabilities.includes("completion") && !capabilities.includes("embedding") && !capabilities.includes("image");
}

function isSame(one: Record<string, unknown>, other: Record<string, unknown>): boolean {
  return one["name"] === other["name"] && (one["digest"] === undefined || one["digest"] === other["digest"]);
}

function windowOf(row: Record<string, unknown> | undefined): number | undefined {
  const window = row?.["context_length"];
  return typeof window === "number" && window > 0 ? window : undefined;
}

function parseRow(service: string, row: unknown): Model | undefined {
  const parsed = rowSchema.safeParse(row).data;
  if (!parsed) return undefined;
  const { name, digest, size, capabilities, running } = parsed;
  const hasVision = capabilities?.includes("vision");
  const hasTools = capabilities?.includes("tools");
  return {
    ...plainModel,
    ...{ id: modelIdOf(service, name), canonicalSlug: digest ? `${name}@${digest.slice(0, 12)}` : name, name },
    contextLength: windowOf(running) ?? unloadedWindowOf(parsed),
    inputModalities: hasVision ? ["text", "image"] : ["text"],
    // A grammar makes any model keep to a schema. `tool_choice` is ignored without a word.
    supportedParameters: ["structured_outputs", "response_format", ...(hasTools ? ["tools"] : [])],
    ...(!capabilities && { unknownParameters: ["tools"] }),
    ...(capabilities?.includes("thinking") && { reasoning: { mandatory: false, defaultEnabled: true } }),
    ...(size !== undefined && { size }),
    ...{ loaded: running !== undefined, slots: 1 },
  };
}

/** On most machines 4096, unless the model or its `num_ctx` allows less. More is learned when it is loaded. */
function unloadedWindowOf({ context_length, details, model_info, parameters }: z.infer<typeof rowSchema>): number {
  const numCtx = /^\s*num_ctx\s+(\d+)/m.exec(parameters ?? "")?.[1];
  const shown = Object.entries(model_info ?? {}).find(([field]) => field.endsWith(".context_length"))?.[1];
  const windows = [details?.context_length, context_length, shown, numCtx === undefined ? undefined : Number(numCtx)];
  return Math.min(unloadedWindow, ...windows.filter((each) => typeof each === "number" && each > 0).map(Number));
}
