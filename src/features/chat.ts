import { join } from "node:path";
import type * as vscode from "vscode";
import { ChatView } from "../chat/chatView";
import { ConversationStore } from "../chat/storage/conversationStore";
import type { ApiKey } from "../config/apiKey";
import { hostOf, originOf } from "../config/baseUrl";
import { KeyPermission } from "../config/keyPermission";
import { askWhichKey, notifyEnvironmentKey } from "../config/keyQuestion";
import { PrivacyNotice } from "../config/privacyNotice";
import { showPrivacyNotice } from "../config/settingNotices";
import type { Settings } from "../config/settings";
import { createRouterStorage } from "../config/routerStorage";
import type { ConnectionFeature } from "./connection";
import type { EditorFeature } from "./editor";
import type { LanguageModelsFeature } from "./languageModels";
import type { ReviewFeature } from "./review";
import { isInWorkspace } from "../context/inWorkspace";
import type { CheckedRouter, SecretsCheck } from "../context/secretsCheck";
import type { ModelOffer } from "../languageModels/modelOffer";
import { moveBesideChat, offerMoveBesideChat } from "../languageModels/moveBesideChat";
import type { MoveOffer } from "../languageModels/moveOffer";
import { errorMessage } from "../failureMessages";
import { createFetch } from "../http";
import { requesterRows } from "../languageModels/requesterRows";
import { ModelNames } from "../modelNames";
import { showError } from "../notifications";
import { DisposableStore, Emitter, lazy, withLoaded, type Disposable } from "../lifecycle";
import { checkService, createRouter, findLocalServers, account, type Log } from "../router/index";
import type { Activity } from "../status/activity";
import { pickModel } from "../status/modelPicker";
import { chooseSeveralModels } from "../status/severalModelsPicker";
import { StatisticsPage } from "../status/statisticsPage";
import { modelChoiceLabel } from "../status/statusText";

/** Created at activation and shared by all features. */
export interface CoreDependencies {
  context: vscode.ExtensionContext;
  settings: Settings;
  apiKey: ApiKey;
  activity: Activity;
  modelOffer: ModelOffer;
  log: Log;
  showLog: () => void;
  /** Tells VS Code that the models for its own chat have changed. */
  announceModels: () => void;
}

export interface ChatFeature extends Disposable {
  view: ChatView;
  /** Attachments, edits and the editor's commands; loaded with the first of them. */
  editor: () => Promise<EditorFeature>;
  /** Resolves to whether a strategy or a model was chosen. */
  selectModel(): Promise<boolean>;
  showStatistics(): Promise<void>;
  /** Moves the chat view to the secondary side bar. */
  moveBesideChat(): Promise<void>;
  /** Offers to move it, if the extension was just installed. */
  offerMoveBesideChat(offer: MoveOffer): Promise<void>;
  /** Sign-in, keys, connection test and diagnostics; loaded with the first of them. */
  connection: () => Promise<ConnectionFeature>;
  /** The models in VS Code's own chat; loaded with its first request. */
  languageModels: () => Promise<LanguageModelsFeature>;
  /** *Review Changes* and its findings; loaded with the first review. */
  review: () => Promise<ReviewFeature>;
}

/** The router, the chat, the model picker and the statistics: most of the code, loaded with the first question or chat view. */
export function openChat({
  context,
  settings,
  apiKey,
  activity,
  modelOffer,
  log,
  showLog,
  announceModels,
}: CoreDependencies): ChatFeature {
  const store = new DisposableStore();
  const storageFolder = context.globalStorageUri.fsPath;

  const fetch = store.add(
    createFetch({
      transport: () => settings.transport,
      network: () => settings.network,
      isOnlyLocal: () => settings.isOnlyLocal,
    }),
  );
  store.add(settings.onDidChange(() => settings.isOnlyLocal && fetch.endRemote()));
  const privacy = new PrivacyNotice({
    apiKey,
    acknowledged: {
      get: () => context.globalState.get<boolean>("privacyRead") ?? false,
      set: () => context.globalState.update("privacyRead", true),
    },
    ask: () => showPrivacyNotice(hostOf(originOf(settings.baseUrl.url))),
  });
  const keyPermission = new KeyPermission({
    apiKey,
    ask: askWhichKey,
    enterKey: (baseUrl) => inConnection((feature) => feature.enterKey(baseUrl)),
    notifyEnvironmentKey,
    notifiedOrigins: {
      get: () => context.globalState.get<readonly string[]>("environmentKeyOrigins") ?? [],
      set: (origins) => context.globalState.update("environmentKeyOrigins", origins),
    },
  });
  const router: CheckedRouter = privacy.guard(
    activity.watch(
      createRouter({
        apiKey: (use) => keyPermission.keyFor(use),
        settings: () => settings.router,
        storage: createRouterStorage(join(storageFolder, "router"), log),
        fetch,
        log,
      }),
      { sentenceFor: (error) => errorMessage(error).sentence, nameOf: (id) => names.find(id) },
    ),
  );
  const names = store.add(new ModelNames(router));
  // Their list has been read by the first answer.
  store.add(activity.onDidChange(() => activity.outcome && names.load()));
  store.add(names.onDidChange(() => activity.refresh()));

  const selectModel = (): Promise<boolean> =>
    pickModel({ router, settings, apiKey, memento: context.globalState, log });

  const statistics = store.add(new StatisticsPage(router, () => requesterRows(context.globalState)));

  let isSigningIn = false;
  const signInChanged = store.add(new Emitter<void>());

  const inEditor = withLoaded(() => editor());
  const inConnection = withLoaded(() => connection());
  const inSecretsCheck = withLoaded(
    lazy(() => import("./secretsCheck").then(({ openSecretsCheck }) => openSecretsCheck({ settings, router }))),
  );
  const secrets: SecretsCheck = {
    review: (...parameters) => inSecretsCheck((check) => check.review(...parameters)),
    seal: (...parameters) => inSecretsCheck((check) => check.seal(...parameters)),
    restore: (...parameters) => inSecretsCheck((check) => check.restore(...parameters)),
  };
  const view = store.add(
    new ChatView({
      router,
      names,
      secrets,
      store: new ConversationStore({ folder: join(storageFolder, "conversations"), log, isInWorkspace }),
      extensionUri: context.extensionUri,
      storageUri: context.globalStorageUri,
      log,
      key: apiKey,
      modelChoice: {
        current: () => modelChoiceLabel(settings.router, activity.nameOf),
        isDefault: () => !settings.isStrategySet,
        hasOtherServices: () => settings.services.services.length > 0,
        onDidChange: (listener) => settings.onDidChange(listener),
      },
      signIn: { isWaiting: () => isSigningIn, onDidChange: signInChanged.event },
      instructions: () => settings.instructions,
      projectInstructions: async () => {
        const { usesProjectInstructions, workspaceInstructions } = settings;
        if (!usesProjectInstructions && workspaceInstructions === "") return [];
        return inEditor(async (feature) => [
          ...(usesProjectInstructions ? await feature.projectInstructions() : []),
          ...feature.settingInstructions(workspaceInstructions),
        ]);
      },
      lookCloser: {
        rounds: () => settings.projectRounds,
        isOn: () => context.globalState.get<boolean>("lookCloser") ?? false,
        setOn: (isOn) => context.globalState.update("lookCloser", isOn),
        tools: () => inEditor(({ projectTools }) => projectTools),
      },
      attachments: {
        pick: () => inEditor(({ attachments }) => attachments.pick()),
        fromEditor: () => inEditor(({ attachments }) => attachments.fromEditor()),
        fromUris: (uris) => inEditor(({ attachments }) => attachments.fromUris(uris)),
        fromText: (label, text) => inEditor(({ attachments }) => attachments.fromText(label, text)),
        findMentions: (query, signal) => inEditor(({ attachments }) => attachments.findMentions(query, signal)),
        fromMention: (id) => inEditor(({ attachments }) => attachments.fromMention(id)),
        findCode: (question) => inEditor(({ attachments }) => attachments.findCode(question)),
      },
      codeLinks: {
        find: (names) => inEditor(({ codeLinks }) => codeLinks.find(names)),
        open: (name) => inEditor(({ codeLinks }) => codeLinks.open(name)),
      },
      actions: {
        pinModel: async (id) => {
          await settings.setStrategy("pinned", id);
          router.feedback(id, "kept");
        },
        excludeModel: async (id) => {
          await settings.setExcluded(id, true);
          router.feedback(id, "excluded");
        },
        markPrivacyNoticeRead: () => privacy.markRead(),
        signIn: () => inConnection((feature) => feature.signIn()),
        pasteSignInCode: () => inConnection((feature) => feature.pasteSignInCode()),
        setApiKey: () => inConnection((feature) => feature.setApiKey()),
        pickModel: selectModel,
        chooseModels: async (loadModels) => {
          const models = await loadModels().catch((error: unknown) => {
            void showError(errorMessage(error).sentence);
            return undefined;
          });
          return models && chooseSeveralModels(models, { router, settings });
        },
        useAdaptive: () => settings.setStrategy("adaptive"),
        useLocalModels: () => inConnection((feature) => feature.useLocalModels()),
        addService: () => inConnection((feature) => feature.addService()),
        chooseServiceOrder: () => inConnection((feature) => feature.chooseServiceOrder()),
        isDayUsedUp: async () => (await router.recheckQuota()).exhausted,
        showLog,
        testConnection: () => inConnection((feature) => feature.testConnection()),
        copyDiagnostics: () => inConnection((feature) => feature.copyDiagnostics()),
        applyCode: (code) => inEditor((feature) => feature.applyCode(code)),
      },
      lastConversation: {
        get: () => context.workspaceState.get<string>("conversation"),
        set: (conversation) => context.workspaceState.update("conversation", conversation),
      },
    }),
  );

  const editor: () => Promise<EditorFeature> = lazy(async () => {
    const { openEditor } = await import("./editor");
    return store.add(
      openEditor({
        ...{ context, router, secrets, errorMessage, log },
        ask: (input) => view.ask(input),
        modelName: (id) => names.read(id),
        instructions: () => settings.instructions,
        workspaceInstructions: () => settings.workspaceInstructions,
      }),
    );
  });

  const connection: () => Promise<ConnectionFeature> = lazy(() =>
    import("./connection").then(({ openConnection }) =>
      store.add(
        openConnection({
          ...{ context, settings, apiKey, keyPermission, fetch, service: account, router, secrets, activity, log },
          services: { findLocal: findLocalServers, check: checkService },
          signInChanged: (isWaiting) => {
            isSigningIn = isWaiting;
            signInChanged.fire();
          },
          isChatVisible: () => view.isVisible,
        }),
      ),
    ),
  );

  const languageModels: () => Promise<LanguageModelsFeature> = lazy(() =>
    import("./languageModels").then(({ openLanguageModels }) =>
      store.add(
        openLanguageModels({
          ...{ context, settings, apiKey, router, secrets, activity, modelOffer, log },
          markPrivacyNoticeRead: () => privacy.markRead(),
          modelName: (id) => names.read(id),
          announce: announceModels,
        }),
      ),
    ),
  );

  const review: () => Promise<ReviewFeature> = lazy(() =>
    import("./review").then(({ openReview }) =>
      store.add(
        openReview({
          ...{ settings, router, secrets, errorMessage, log },
          findIgnored: (uris) => inEditor((feature) => feature.findIgnored(uris)),
          fixLine: (target) => inEditor((feature) => feature.fixLine(target)),
          modelName: (id) => names.read(id),
        }),
      ),
    ),
  );

  return {
    view,
    languageModels,
    review,
    editor,
    selectModel,
    showStatistics: () => statistics.show(),
    moveBesideChat,
    offerMoveBesideChat: (offer) => offerMoveBesideChat(offer, log),
    connection,
    dispose: () => store.dispose(),
  };
}
