/** What a request can need of a model and a model can offer. */
export type Capability =
  "image" | "file" | "audio" | "video" | "tools" | "tool_choice" | "structured_outputs" | "response_format";

/** The capabilities a request needs, and the tokens that it takes: prompt (estimated) plus room for the answer. */
export interface CapabilitySet {
  capabilities: readonly Capability[];
  promptTokens: number;
  contextTokens: number;
}
