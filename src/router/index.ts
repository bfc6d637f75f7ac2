export { createRouter } from "./router";
export { RouterError, isRouterError, causesOf } from "./errors";
export { servicePages } from "./pages";
export { isFailureReason } from "./failurePolicy";
export { keyPatterns } from "./keyPatterns";
export * as account from "./services/openrouter/account";

export type { CompletionOptions, KeyUse, Router, RouterOptions } from "./router";
export type { Completion, RouterEvent } from "./events";
export type { AttemptFailure } from "./errors";
export type { FailureReason } from "./failureReason";
export { defaultSettings, type RouterSettings, type Strategy } from "./settings";
export { modelSlug, type Model, type ModelId } from "./model";
export type { Capability, CapabilitySet } from "./capability";
export type { Explanation } from "./explanation";
export type { ExclusionRule } from "./pool";
export type {
  CompletionRequest,
  ContentPart,
  Message,
  Tool,
  ToolCall,
  ToolChoice,
  ResponseFormat,
  Usage,
} from "./request";
export type { ChargedModel } from "./chargedModels";
export type { Quota } from "./ledger";
export type { Feedback, ModelStatistics } from "./tracker";
export type { RouterStorage } from "./storage";
export type { Log } from "./log";
