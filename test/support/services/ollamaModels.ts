import { createHash } from "node:crypto";
import type { ServiceModel } from "./dialectServer";

export interface OllamaModel extends ServiceModel {
  embedding?: boolean;
  /** Whether it makes images instead of text. */
  makesImages?: boolean;
  /** The server that a cloud row sends prompts to. */
  remoteHost?: string;
  /** The longest context that the model was trained for; 131072 by default. */
  contextLength?: number;
  /** The `num_ctx` of the Modelfile, which wins over the server's window. */
  numCtx?: number;
  parameterSize?: string;
}

/** A row of each kind. */
export const ollamaModels: readonly OllamaModel[] = [
  { id: "qwen3:8b", tools: true, reasons: true, contextLength: 40960, parameterSize: "8.2B" },
  { id: "gemma4:latest", tools: true, vision: true, parameterSize: "8.0B" },
  { id: "codellama:7b", contextLength: 16384, parameterSize: "7B" },
  { id: "nomic-embed-text:latest", embedding: true, contextLength: 2048, parameterSize: "137M" },
  { id: "flux:latest", makesImages: true, parameterSize: "12B" },
  { id: "gpt-oss:120b-cloud", tools: true, reasons: true, remoteHost: "https://ollama.com:443", parameterSize: "117B" },
];

const familyOf = ({ id }: OllamaModel): string => /^[a-z]+\d*/.exec(id)?.[0] ?? id;
const sizeOf = ({ remoteHost }: OllamaModel): number => (remoteHost === undefined ? 6591830464 : 384);
const digestOf = ({ id }: OllamaModel): string => createHash("sha256").update(id).digest("hex");

const details = (model: OllamaModel): Record<string, unknown> => ({
  ...{ parent_model: "", format: "gguf", family: familyOf(model), families: [familyOf(model)] },
  ...{ parameter_size: model.parameterSize ?? "8.0B", quantization_level: "Q4_K_M" },
});

/** As in ollama/ollama types/model/capability.go; `image` means that the model makes images. */
export function capabilitiesOf(model: OllamaModel): string[] {
  if (model.embedding) return ["embedding"];
  if (model.makesImages) return ["image"];
  const { vision, tools, reasons } = model;
  return ["completion", ...(vision ? ["vision"] : []), ...(tools ? ["tools"] : []), ...(reasons ? ["thinking"] : [])];
}

const remote = ({ id, remoteHost }: OllamaModel): object =>
  remoteHost === undefined ? {} : { remote_model: id.replace(/[-:]cloud$/, ""), remote_host: remoteHost };

/** A row of `/api/tags`: `ListModelResponse` of ollama/ollama api/types.go. */
export const tagRow = (model: OllamaModel, listsCapabilities: boolean): object => ({
  ...{ name: model.id, model: model.id, ...remote(model), modified_at: "2026-10-17T16:47:07.93355-07:00" },
  ...{ size: sizeOf(model), digest: digestOf(model) },
  details: { ...details(model), ...(listsCapabilities && { context_length: model.contextLength ?? 131072 }) },
  ...(listsCapabilities && { capabilities: capabilitiesOf(model) }),
});

/** The body of `POST /api/show`. */
export const describeModel = (model: OllamaModel): object => ({
  ...(model.numCtx !== undefined && { parameters: `num_ctx                        ${model.numCtx}` }),
  ...{ details: details(model), ...remote(model) },
  model_info: {
    "general.architecture": familyOf(model),
    [`${familyOf(model)}.context_length`]: model.contextLength ?? 131072,
  },
  capabilities: capabilitiesOf(model),
});

/** A row of `/api/ps`, with the context length that the model really has. */
export const describeLoaded = (model: OllamaModel, window: number, now: number): object => ({
  ...{ name: model.id, model: model.id, size: sizeOf(model), digest: digestOf(model), details: details(model) },
  ...{ expires_at: new Date(now + 300_000).toISOString(), size_vram: sizeOf(model), context_length: window },
});
