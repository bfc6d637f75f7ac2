import type { ServiceModel } from "./dialectServer";

export interface GroqModel extends ServiceModel {
  active?: boolean;
  /** Nothing in the list tells; `chat` by default. */
  purpose?: "chat" | "speech" | "safety";
  /** 131072 by default. */
  contextWindow?: number;
  /** 65536 by default. */
  maxCompletionTokens?: number;
  /** The accepted values of `reasoning_effort`. */
  efforts?: readonly string[];
}

const gptOss = { tools: true, reasons: true, efforts: ["low", "medium", "high"] };

/** A row of each kind. */
export const groqModels: readonly GroqModel[] = [
  { id: "openai/gpt-oss-120b", ...gptOss },
  { id: "openai/gpt-oss-20b", ...gptOss },
  { id: "qwen/qwen3.8-27b", tools: true, vision: true, reasons: true, efforts: ["none", "default"] },
  { id: "allam-2-7b", contextWindow: 4096, maxCompletionTokens: 4096 },
  { id: "whisper-large-v3", purpose: "speech", contextWindow: 448, maxCompletionTokens: 448 },
  { id: "canopylabs/orpheus-v1-english", purpose: "speech", contextWindow: 4000 },
  { id: "meta-llama/llama-guard-4-12b", purpose: "safety", maxCompletionTokens: 1024 },
  { id: "openai/gpt-oss-safeguard-20b", purpose: "safety", ...gptOss },
  { id: "moonshotai/kimi-k2-instruct", tools: true, active: false },
];

/** A row of `GET /models`. */
export const modelCard = (model: GroqModel): object => ({
  ...{ id: model.id, object: "model", created: 1754408224, owned_by: model.id.split("/")[0] },
  ...{ active: model.active ?? true, context_window: model.contextWindow ?? 131072, public_apps: null },
  max_completion_tokens: model.maxCompletionTokens ?? 65536,
});
