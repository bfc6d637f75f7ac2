import type { ServiceModel } from "./dialectServer";

/** `tools` is whether it was trained for tools; other models get a prompt, and their calls arrive as text. */
export interface LmStudioModel extends ServiceModel {
  embedding?: boolean;
  /** 131072 by default. */
  maxContext?: number;
  /** Where reasoning is written; `tags` is `<think>` in the text. `reasoning` by default. */
  reasoningField?: "reasoning" | "reasoning_content" | "tags";
}

/** A row of each kind. */
export const lmStudioModels: readonly LmStudioModel[] = [
  { id: "google/gemma-4-26b-a4b", tools: true, vision: true, maxContext: 262144 },
  { id: "openai/gpt-oss-20b", tools: true, reasons: true },
  { id: "deepseek-r1-distill-qwen-7b", reasons: true, reasoningField: "tags" },
  { id: "text-embedding-nomic-embed-text-v1.5", embedding: true, maxContext: 2048 },
];

/** A row of `/api/v1/models`, as in lmstudio-ai/docs 2_rest/list.md. */
export function listIn1(model: LmStudioModel, isLoaded: boolean, window: number): object {
  const { id, vision, tools, reasons, embedding, maxContext = 131072 } = model;
  const config = { context_length: window, parallel: 4 };
  return {
    ...{ type: embedding ? "embedding" : "llm", publisher: id.split("/")[0], key: id, display_name: id },
    ...{ quantization: { name: "Q4_K_M", bits_per_weight: 4 }, params_string: null, size_bytes: 6591830464 },
    ...{ loaded_instances: isLoaded ? [{ id, config }] : [], max_context_length: maxContext, format: "gguf" },
    ...(!embedding && {
      capabilities: {
        ...{ vision: vision ?? false, trained_for_tool_use: tools ?? false },
        ...(reasons && { reasoning: { allowed_options: ["off", "on"], default: "on" } }),
      },
    }),
  };
}

/** A row of `/api/v0/models`, as in lmstudio-ai/docs 2_rest/endpoints.mdx. */
export const listIn0 = ({ id, vision, tools, embedding, maxContext }: LmStudioModel, isLoaded: boolean): object => ({
  ...{ id, object: "model", type: embedding ? "embeddings" : vision ? "vlm" : "llm", publisher: id.split("/")[0] },
  ...{ compatibility_type: "gguf", quantization: "Q4_K_M", state: isLoaded ? "loaded" : "not-loaded" },
  ...{ max_context_length: maxContext ?? 131072, ...(tools && { capabilities: ["tool_use"] }) },
});
