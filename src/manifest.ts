/**
 * What package.json and the code must agree on, spelled once. `test/unit/manifest.test.ts` holds the two against each
 * other: a command without a registration, or a setting whose default differs, does not pass.
 */

/** The side bar container's id; the view in it takes its messages by `views.chat`. */
export const viewContainer = "freeModels";

export const views = {
  chat: "freeModels.chat",
} as const;

/** A chat in an editor tab: nothing that package.json contributes, but VS Code keeps tabs by it. */
export const chatPanel = "freeModels.chatPanel";

/** The page of model statistics, in an editor tab. */
export const statisticsPanel = "freeModels.statisticsPanel";

/** The commands that our own code runs; `extension.ts` has the table of all. */
export const commands = {
  openChat: "freeModels.openChat",
  selectModel: "freeModels.selectModel",
  signIn: "freeModels.signIn",
  setApiKey: "freeModels.setApiKey",
  testConnection: "freeModels.testConnection",
  showLog: "freeModels.showLog",
  explainProblem: "freeModels.explainProblem",
  fixProblem: "freeModels.fixProblem",
  acceptEdit: "freeModels.acceptEdit",
  rejectEdit: "freeModels.rejectEdit",
  acceptHunk: "freeModels.acceptHunk",
  rejectHunk: "freeModels.rejectHunk",
} as const;

/** What `when` clauses of package.json read; the code sets them with VS Code's `setContext`. */
export const contextKeys = {
  /** An answer is being waited for or written. */
  busy: "freeModels.busy",
  /** There is a key, wherever it comes from. */
  hasKey: "freeModels.hasKey",
  /** A question was answered since VS Code's start. */
  answered: "freeModels.answered",
  /** One of them had a picture. */
  pictureAsked: "freeModels.pictureAsked",
  /** A key is in SecretStorage, so that it can be forgotten. */
  keyStored: "freeModels.keyStored",
  /** An edit is proposed, or being written. */
  proposalOpen: "freeModels.proposalOpen",
  /** The paths of documents that an edit is proposed for; their diffs have the same. */
  proposals: "freeModels.proposals",
  /** Those among them whose edit is whole, so that it can be accepted. */
  proposalsReady: "freeModels.proposalsReady",
  /** Those among them whose edit can be asked for once more. */
  proposalsAskable: "freeModels.proposalsAskable",
} as const;

/** Of the documents that show what a model proposes for another one. */
export const proposalScheme = "free-models-proposal";

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
  projectInstructions: "freeModels.projectInstructions",
  serverFallbacks: "freeModels.serverFallbacks",
  maxAttempts: "freeModels.maxAttempts",
  firstContentTimeout: "freeModels.firstContentTimeout",
  betweenContentsTimeout: "freeModels.betweenContentsTimeout",
  hedgeAfter: "freeModels.hedgeAfter",
  requestsPerMinute: "freeModels.requestsPerMinute",
} as const;

/** Every setting starts with it, so that one change event can be told from the rest. */
export const section = "freeModels";
