/** The ids that `package.json` and the code share. `test/unit/manifest.test.ts` compares the two. */

/** The container in the side bar. */
export const viewContainer = "freeModels";

/** The container in the secondary side bar. It is empty, and so hidden, until the user moves a view there. */
export const secondaryContainer = "freeModelsSecondary";

export const views = {
  chat: "freeModels.chat",
} as const;

/** The vendor of the models that VS Code's own chat offers. */
export const languageModelVendor = "free-models";

/** What a question contains that is about the project. */
export const projectMention = "@project";

/** The name of the agent for VS Code's own chat, as in `free.agent.md`. */
export const chatAgent = "Free";

/** The view type of chats in editor tabs. Not in package.json, but VS Code restores tabs by it. */
export const chatPanel = "freeModels.chatPanel";

/** The view type of the model statistics in an editor tab. */
export const statisticsPanel = "freeModels.statisticsPanel";

/** The comment controller with the findings of a review. */
export const reviewController = "freeModels.review";

/** The commands that the code itself runs; the table in `extension.ts` has all of them. */
export const commands = {
  openChat: "freeModels.openChat",
  selectModel: "freeModels.selectModel",
  signIn: "freeModels.signIn",
  setApiKey: "freeModels.setApiKey",
  useLocalModels: "freeModels.useLocalModels",
  addService: "freeModels.addService",
  chooseServiceOrder: "freeModels.chooseServiceOrder",
  useInVsCodeChat: "freeModels.useInVsCodeChat",
  whyNoModels: "freeModels.whyNoModels",
  moveBesideChat: "freeModels.moveBesideChat",
  continueAgent: "freeModels.continueAgent",
  testConnection: "freeModels.testConnection",
  showLog: "freeModels.showLog",
  explainProblem: "freeModels.explainProblem",
  fixProblem: "freeModels.fixProblem",
  acceptEdit: "freeModels.acceptEdit",
  rejectEdit: "freeModels.rejectEdit",
  acceptHunk: "freeModels.acceptHunk",
  rejectHunk: "freeModels.rejectHunk",
} as const;

/** The context keys in `when` clauses of package.json; the code sets them with VS Code's `setContext`. */
export const contextKeys = {
  /** A request is running. */
  busy: "freeModels.busy",
  /** An agent in VS Code's chat waits for the user's decision. */
  agentHeld: "freeModels.agentHeld",
  /** The models are offered to VS Code's own chat. */
  modelsOffered: "freeModels.modelsOffered",
  /** There is an API key, in SecretStorage or in the environment. */
  hasKey: "freeModels.hasKey",
  /** A question has been answered in this window. */
  answered: "freeModels.answered",
  /** A question with an image has been answered in this window. */
  pictureAsked: "freeModels.pictureAsked",
  /** SecretStorage contains a key, which can be deleted. */
  keyStored: "freeModels.keyStored",
  /** A proposed edit is open. */
  proposalOpen: "freeModels.proposalOpen",
  /** The paths of documents with a proposed edit; their diffs have the same paths. */
  proposals: "freeModels.proposals",
  /** The paths of documents whose edit is complete and can be accepted. */
  proposalsReady: "freeModels.proposalsReady",
  /** The paths of documents whose edit can be requested again. */
  proposalsAskable: "freeModels.proposalsAskable",
  /** Findings of a review are shown. */
  findingsShown: "freeModels.findingsShown",
} as const;

/** The URI scheme of virtual documents with proposed text. */
export const proposalScheme = "free-models-proposal";

/** The URI scheme of virtual documents with an answer that cannot be applied. */
export const answerScheme = "free-models-answer";

export const settings = {
  apiKey: "freeModels.apiKey",
  baseUrl: "freeModels.baseUrl",
  services: "freeModels.services",
  transport: "freeModels.transport",
  strategy: "freeModels.strategy",
  pinnedModel: "freeModels.pinnedModel",
  fallbacks: "freeModels.fallbacks",
  exclude: "freeModels.exclude",
  includePreviewModels: "freeModels.includePreviewModels",
  dataCollection: "freeModels.dataCollection",
  serviceOrder: "freeModels.serviceOrder",
  instructions: "freeModels.instructions",
  projectInstructions: "freeModels.projectInstructions",
  agentRequests: "freeModels.agentRequests",
  projectRounds: "freeModels.projectRounds",
  serverFallbacks: "freeModels.serverFallbacks",
  maxAttempts: "freeModels.maxAttempts",
  firstContentTimeout: "freeModels.firstContentTimeout",
  betweenContentsTimeout: "freeModels.betweenContentsTimeout",
  hedgeAfter: "freeModels.hedgeAfter",
  requestsPerMinute: "freeModels.requestsPerMinute",
} as const;

/** The configuration section of all settings. */
export const section = "freeModels";
