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

export const commands = {
  askSelection: "freeModels.askSelection",
  explainSelection: "freeModels.explainSelection",
  findProblems: "freeModels.findProblems",
  fixSelection: "freeModels.fixSelection",
  writeTests: "freeModels.writeTests",
  documentSelection: "freeModels.documentSelection",
  improveSelection: "freeModels.improveSelection",
  runPrompt: "freeModels.runPrompt",
  editPrompts: "freeModels.editPrompts",
  resetPrompts: "freeModels.resetPrompts",
  editSelection: "freeModels.editSelection",
  editReadOnly: "freeModels.editReadOnly",
  acceptEdit: "freeModels.acceptEdit",
  rejectEdit: "freeModels.rejectEdit",
  askEditAgain: "freeModels.askEditAgain",
  acceptHunk: "freeModels.acceptHunk",
  rejectHunk: "freeModels.rejectHunk",
  explainProblem: "freeModels.explainProblem",
  fixProblem: "freeModels.fixProblem",
  addToChat: "freeModels.addToChat",
  askImage: "freeModels.askImage",
  askTerminalSelection: "freeModels.askTerminalSelection",
  askChanges: "freeModels.askChanges",
  generateCommitMessage: "freeModels.generateCommitMessage",
  openChat: "freeModels.openChat",
  newChat: "freeModels.newChat",
  showChats: "freeModels.showChats",
  openChatInEditor: "freeModels.openChatInEditor",
  findInChat: "freeModels.findInChat",
  exportChat: "freeModels.exportChat",
  exportChatOfView: "freeModels.exportChatOfView",
  importChats: "freeModels.importChats",
  deleteAllChats: "freeModels.deleteAllChats",
  stop: "freeModels.stop",
  selectModel: "freeModels.selectModel",
  showStatistics: "freeModels.showStatistics",
  signIn: "freeModels.signIn",
  setApiKey: "freeModels.setApiKey",
  forgetApiKey: "freeModels.forgetApiKey",
  testConnection: "freeModels.testConnection",
  copyDiagnostics: "freeModels.copyDiagnostics",
  openSettings: "freeModels.openSettings",
  showLog: "freeModels.showLog",
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
