import type { ServiceModel } from "./dialectServer";

export interface LlamaCppModel extends ServiceModel {
  /** The context length that it was trained for, which is not what the server gives it; 131072 by default. */
  trainedContext?: number;
  /** Whether it decides instead of writing text. */
  decides?: boolean;
}

/** A path with the user's name, which clients must not show or log. */
export const llamaCppModels: readonly LlamaCppModel[] = [
  { id: "/home/somebody/models/qwen3-8b-q4_k_m.gguf", tools: true, reasons: true },
];

const architecture = ({ vision, decides }: LlamaCppModel): object => ({
  input_modalities: vision ? ["text", "image"] : ["text"],
  output_modalities: decides ? ["decisions"] : ["text"],
});

/** The row of `/v1/models` for the only model. */
export const modelRow = (model: LlamaCppModel): object => ({
  ...{ id: model.id, object: "model", created: 1760000000, owned_by: "llamacpp", aliases: [] },
  meta: { vocab_type: 2, n_ctx_train: model.trainedContext ?? 131072, n_params: 8190735360, size: 5020000000 },
  architecture: architecture(model),
});

/** A row of `/models` in the router mode. */
export const routerRow = (model: LlamaCppModel, isLoaded: boolean): object => ({
  ...{ id: model.id, object: "model", created: 1760000000, owned_by: "llamacpp", in_cache: true },
  ...{ status: { value: isLoaded ? "loaded" : "unloaded" }, architecture: architecture(model) },
});

/** The body of `/props`: the context length is that of one slot. */
export const describeProps = (model: LlamaCppModel | undefined, window: number, slots: number): object => ({
  ...{ default_generation_settings: { id: 0, n_ctx: window }, total_slots: slots, model_path: model?.id ?? "" },
  modalities: { vision: model?.vision ?? false, audio: false },
  chat_template_caps: { supports_tools: model?.tools ?? false },
  ...{ build_info: "b9000-simulated", is_sleeping: false },
});

/** The body of `/props` without a model in the router mode: the router itself has no window and no slots. */
export const routerProps = {
  role: "router",
  default_generation_settings: { params: {}, n_ctx: 0 },
  model_path: "none",
};
