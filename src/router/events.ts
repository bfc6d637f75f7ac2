import type { AttemptFailure } from "./errors";
import type { ModelId, ServiceId } from "./model";
import type { ToolCall, Usage } from "./request";

/** The outcome of a completion, for an answer's footer, its tooltip and statistics. Times in milliseconds. */
export interface Completion {
  /** The id in the catalogue if the service's name matches one, else the service's name. */
  model: ModelId;
  provider?: string;
  /** `stop`, `length` or `tool_calls`. */
  finishReason: string;
  usage?: Usage;
  /** Requests that were sent, failed ones included. */
  attempts: number;
  /** Models that the service tried without success in the last request, before the one that answered. */
  passedOver: readonly ModelId[];
  /** From the start of the successful attempt. */
  timeToFirstTextMs?: number;
  durationMs: number;
  generationId?: string;
  reasoningDetails?: readonly unknown[];
}

export type RouterEvent =
  /**
   * Nothing is sent before about `until` (epoch milliseconds): the limit per minute is reached, every candidate is cooling down, a local
   * server answers another question first (`queue`), or it is still loading a model. With a `model`, the attempt has been sent, and the
   * server loads that model for it, which takes until then at most.
   */
  | { type: "wait"; until: number; reason: "minute-limit" | "resting" | "queue" | "loading"; model?: ModelId }
  /** `cost` (USD) is set if the service reports a charge. */
  | {
      type: "notice";
      /** `truncated`: the server has left out part of the conversation, because it did not fit into the model's window. */
      notice: "pinned-unavailable" | "charged" | "truncated";
      model: ModelId;
      message: string;
      cost?: number;
    }
  /** The day's free requests of the service that comes first are used up, so the others answer. Sent once, until it answers again. */
  | { type: "notice"; notice: "service-used-up"; service: ServiceId; name: string; message: string }
  /** The caller must discard the text of earlier attempts. */
  | { type: "attempt-start"; attempt: number; model: ModelId; fallbacks: readonly ModelId[] }
  /** The model is silent. Another one is asked as well at `until` (epoch milliseconds), or at once if the caller wants it. */
  | { type: "attempt-slow"; attempt: number; model: ModelId; until: number }
  /** Another model is asked as well. If it answers first, `attempt-start` follows for it. */
  | { type: "rival-start"; attempt: number; model: ModelId; fallbacks: readonly ModelId[] }
  /** Sent when the stream names its model, which may differ from the requested one. */
  | { type: "model"; model: ModelId; provider?: string; generationId?: string }
  | { type: "reasoning-delta"; text: string }
  | { type: "text-delta"; text: string }
  | ({ type: "tool-call" } & ToolCall)
  | ({ type: "attempt-fail" } & AttemptFailure)
  | ({ type: "completion-end" } & Completion);
