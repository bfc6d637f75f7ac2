export { createRouter } from "./router";
export { RouterError, isRouterError, causesOf, notLocalCode } from "./errors";
export { servicePages } from "./pages";
export { estimateTokens, hasCapability, promptLimit, tokensPerImage } from "./capability";
export { differentMakers, divide, type Chain } from "./chains";
export { isBlameless, isFailureReason } from "./failurePolicy";
export { isLoopbackHost, isLoopbackUrl } from "./services/loopback";
export { checkService } from "./services/checkService";
export { findLocalServers } from "./services/registry";
export {
  isServiceKind,
  serviceDescription,
  serviceKinds,
  serviceName,
  type ServiceDescription,
  type ServiceKind,
} from "./services/serviceKinds";
export { accountIdPatterns, keyPatterns } from "./keyPatterns";
export * as account from "./services/openrouter/account";

export type { KeySource, KeyUse } from "./keys";
export type { CompletionOptions, Router, RouterOptions, ServiceState } from "./router";
export type { Completion, RouterEvent } from "./events";
export type { AttemptFailure } from "./errors";
export type { FailureReason } from "./failureReason";
export { defaultSettings, type RouterSettings, type ServiceOrder, type ServiceUse, type Strategy } from "./settings";
export { defaultService, modelSlug, serviceOf, wireName, type Model, type ModelId, type ServiceId } from "./model";
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
export type { Quota } from "./quota";
export type { Feedback, ModelStatistics } from "./tracker";
export type { RouterStorage } from "./storage";
export type { Log } from "./log";
