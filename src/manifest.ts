/**
 * What package.json and the code must agree on, spelled once. `test/unit/manifest.test.ts` holds the two against each
 * other: a command without a registration, or a setting whose default differs, does not pass.
 */

/** The side bar container's id; the view in it takes its messages by `views.chat`. */
export const viewContainer = "freeModels";

export const views = {
  chat: "freeModels.chat",
} as const;

export const commands = {
  askSelection: "freeModels.askSelection",
  explainSelection: "freeModels.explainSelection",
  openChat: "freeModels.openChat",
  newChat: "freeModels.newChat",
  stop: "freeModels.stop",
  selectModel: "freeModels.selectModel",
  setApiKey: "freeModels.setApiKey",
  forgetApiKey: "freeModels.forgetApiKey",
  openSettings: "freeModels.openSettings",
  showLog: "freeModels.showLog",
} as const;

/** What `when` clauses of package.json read; the code sets them with VS Code's `setContext`. */
export const contextKeys = {
  /** An answer is being waited for or written. */
  busy: "freeModels.busy",
  /** A key is in SecretStorage, so that it can be forgotten. */
  keyStored: "freeModels.keyStored",
} as const;

export const settings = {
  apiKey: "freeModels.apiKey",
  baseUrl: "freeModels.baseUrl",
  transport: "freeModels.transport",
  strategy: "freeModels.strategy",
  pinnedModel: "freeModels.pinnedModel",
  fallbacks: "freeModels.fallbacks",
  exclude: "freeModels.exclude",
  includePreviewModels: "freeModels.includePreviewModels",
  dataCollection: "freeModels.dataCollection",
  instructions: "freeModels.instructions",
  serverFallbacks: "freeModels.serverFallbacks",
  maxAttempts: "freeModels.maxAttempts",
  firstContentTimeout: "freeModels.firstContentTimeout",
  betweenContentsTimeout: "freeModels.betweenContentsTimeout",
  hedgeAfter: "freeModels.hedgeAfter",
  requestsPerMinute: "freeModels.requestsPerMinute",
} as const;

/** Every setting starts with it, so that one change event can be told from the rest. */
export const section = "freeModels";
