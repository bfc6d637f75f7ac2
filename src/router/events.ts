import type { AttemptFailure } from "./errors";
import type { ModelId } from "./model";
import type { ToolCall, Usage } from "./request";

/** How a completion ended, whole: what the answer's footer, the tooltip and the statistics show. Times in milliseconds. */
export interface Completion {
  /** As in the catalogue, where the service's name could be matched. */
  model: ModelId;
  provider?: string;
  /** `stop`, `length`, `tool_calls`. */
  finishReason: string;
  usage?: Usage;
  /** Requests that it took, the failed ones included. */
  attempts: number;
  /** Models that the service tried in vain within the last request, before the one that answered. */
  passedOver: readonly ModelId[];
  /** From the start of the attempt that succeeded. */
  timeToFirstTextMs?: number;
  durationMs: number;
  generationId?: string;
  reasoningDetails?: readonly unknown[];
}

export type RouterEvent =
  /** Nothing is sent before `until` (epoch milliseconds): the minute's requests are used up, or every candidate rests. */
  | { type: "wait"; until: number; reason: "minute-limit" | "resting" }
  /** `cost`, in USD, where the service says that it charged. */
  | { type: "notice"; notice: "pinned-unavailable" | "charged"; model: ModelId; message: string; cost?: number }
  /** What an earlier attempt wrote is void. */
  | { type: "attempt-start"; attempt: number; model: ModelId; fallbacks: readonly ModelId[] }
  /** As soon as the stream names it; may differ from the model that was asked. */
  | { type: "model"; model: ModelId; provider?: string; generationId?: string }
  | { type: "reasoning-delta"; text: string }
  | { type: "text-delta"; text: string }
  | ({ type: "tool-call" } & ToolCall)
  | ({ type: "attempt-fail" } & AttemptFailure)
  | ({ type: "completion-end" } & Completion);
