import type { ServiceModel } from "./dialectServer";

export interface MistralModel extends ServiceModel {
  /** Further ids, which the list shows as rows of their own with the same name. */
  aliases?: readonly string[];
  /** What it is for; `chat` by default. OCR models can chat too, by their capabilities. */
  purpose?: "chat" | "ocr" | "moderation" | "embedding";
  /** 131072 by default. */
  maxContext?: number;
  /** When the model ends (ISO 8601), and what replaces it. */
  deprecation?: string;
  replacement?: string;
}

/** A row of each kind. */
export const mistralModels: readonly MistralModel[] = [
  { id: "mistral-small-2603", aliases: ["mistral-small-latest"], tools: true, vision: true, reasons: true },
  { id: "codestral-2508", aliases: ["codestral-latest"], tools: true, maxContext: 262144 },
  {
    ...{ id: "open-mistral-nemo-2407", aliases: ["open-mistral-nemo"], tools: true },
    ...{ deprecation: "2026-12-31T12:00:00Z", replacement: "mistral-small-latest" },
  },
  { id: "mistral-ocr-2512", aliases: ["mistral-ocr-latest"], purpose: "ocr", vision: true, maxContext: 16384 },
  { id: "mistral-moderation-2411", purpose: "moderation", maxContext: 8192 },
  { id: "mistral-embed-2312", aliases: ["mistral-embed"], purpose: "embedding", maxContext: 8192 },
];

export const isChat = ({ purpose = "chat" }: MistralModel): boolean => purpose === "chat";

/** The rows of `GET /models`, one per id: `BaseModelCard` of the OpenAPI document. */
export function modelRows(model: MistralModel): object[] {
  const { purpose = "chat", tools = false, vision = false, reasons = false } = model;
  const ids = [model.id, ...(model.aliases ?? [])];
  const capabilities = {
    completion_chat: purpose === "chat" || purpose === "ocr",
    ...{ completion_fim: false, function_calling: tools, fine_tuning: false, vision, reasoning: reasons },
    ...{ ocr: purpose === "ocr", classification: purpose === "moderation", moderation: purpose === "moderation" },
    ...{ audio: false, audio_transcription: false },
  };
  return ids.map((id) => ({
    ...{ id, object: "model", created: 1787150178, owned_by: "mistralai", capabilities, name: model.id },
    ...{ description: model.id, max_context_length: model.maxContext ?? 131072, default_model_temperature: 0.3 },
    ...{ aliases: ids.filter((each) => each !== id), type: "base" },
    ...{ deprecation: model.deprecation ?? null, deprecation_replacement_model: model.replacement ?? null },
  }));
}
