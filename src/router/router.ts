import type { Model, ModelId } from "./catalogue";
import type { CapabilitySet } from "./capability";
import type { FailureReason } from "./errors";
import type { Quota } from "./ledger";
import type { Log } from "./log";
import type { ExclusionRule } from "./pool";
import type { CompletionRequest, ToolCall, Usage } from "./request";
import type { RouterSettings } from "./settings";
import type { RouterStorage } from "./storage";
import type { ModelStatistics } from "./tracker";

export interface RouterOptions {
  /** Read anew for each request; `undefined` where there is none. */
  apiKey: () => Promise<string | undefined>;
  /** Read anew for each request; what is missing has its default. */
  settings?: () => Partial<RouterSettings>;
  /** The only way out. */
  fetch: typeof fetch;
  now?: () => number;
  random?: () => number;
  storage?: RouterStorage;
  log?: Log;
}

/** One failed attempt, for whoever tells the user why it took longer. */
export interface AttemptFailure {
  attempt: number;
  model: ModelId;
  reason: FailureReason;
  message: string;
}

/** How a completion ended, whole: what the answer's footer, the tooltip and the statistics show. Times in milliseconds. */
export interface Completion {
  model: ModelId; // as in the catalogue, where the service's name could be matched
  provider?: string;
  finishReason: string; // "stop", "length", "tool_calls", "content_filter"
  usage?: Usage;
  attempts: number;
  timeToFirstTextMs?: number; // from the start of the winning attempt
  durationMs: number;
  generationId?: string;
  reasoningDetails?: readonly unknown[];
}

export type RouterEvent =
  | { type: "wait"; until: number; reason: "minute-limit" | "resting" } // nothing is sent before `until` (epoch ms)
  | { type: "notice"; notice: "pinned-unavailable" | "charged"; model: ModelId; message: string }
  | { type: "attempt-start"; attempt: number; model: ModelId; fallbacks: readonly ModelId[] } // what an earlier attempt wrote is void
  | { type: "model"; model: ModelId; provider?: string; generationId?: string } // as soon as the stream names it
  | { type: "reasoning-delta"; text: string }
  | { type: "text-delta"; text: string }
  | ({ type: "tool-call" } & ToolCall)
  | ({ type: "attempt-fail" } & AttemptFailure)
  | ({ type: "completion-end" } & Completion);

export interface CompletionOptions {
  signal?: AbortSignal;
  restartAfterOutput?: boolean;
}

export interface Router {
  complete(request: CompletionRequest, options?: CompletionOptions): AsyncIterable<RouterEvent>;
  freeModels(): Promise<readonly Model[]>;
  explain(
    request: CompletionRequest,
  ): Promise<{ needs: CapabilitySet; pool: Model[]; excluded: { model: Model; rule: ExclusionRule }[] }>;
  quota(): Promise<Quota>;
  statistics(): readonly ModelStatistics[];
  onDidChange(listener: () => void): { dispose(): void };
}

export function createRouter(options: RouterOptions): Router {
  throw new Error("not yet" + String(options));
}
