import { join } from "node:path";
import * as vscode from "vscode";
import { ChatView } from "../chat/chatView";
import { ConversationStore } from "../chat/storage/conversationStore";
import type { ApiKey } from "../config/apiKey";
import { PrivacyNotice } from "../config/privacyNotice";
import { showPrivacyNotice } from "../config/settingNotices";
import type { Settings } from "../config/settings";
import { createRouterStorage } from "../config/routerStorage";
import type { ConnectionFeature } from "./connection";
import type { EditorFeature } from "./editor";
import { isInWorkspace } from "../context/inWorkspace";
import { errorMessage } from "../failureMessages";
import { createFetch } from "../http";
import { DisposableStore, lazy, type Disposable } from "../lifecycle";
import { redact } from "../log";
import { createRouter, account, type Log } from "../router/index";
import type { Activity } from "../status/activity";
import { pickModel } from "../status/modelPicker";
import { StatisticsPage } from "../status/statisticsPage";
import { modelChoiceLabel } from "../status/statusText";

/** What is there from the start, and shared by all. */
export interface CoreDependencies {
  context: vscode.ExtensionContext;
  settings: Settings;
  apiKey: ApiKey;
  activity: Activity;
  log: Log;
  showLog: () => void;
}

export interface ChatFeature extends Disposable {
  view: ChatView;
  /** Attachments, edits and the editor's commands; loaded with the first of them. */
  editor: () => Promise<EditorFeature>;
  selectModel(): Promise<void>;
  showStatistics(): Promise<void>;
  /** Sign-in, keys, connection test and diagnostics; loaded with the first of them. */
  connection: () => Promise<ConnectionFeature>;
}

/** The router, the chat, the model picker and the statistics: most of the code, loaded with the first question or chat view. */
export function openChat({ context, settings, apiKey, activity, log, showLog }: CoreDependencies): ChatFeature {
  const store = new DisposableStore();
  const storageFolder = context.globalStorageUri.fsPath;

  const fetch = store.add(createFetch({ transport: () => settings.transport, network: () => settings.network }));
  const privacy = new PrivacyNotice({
    apiKey,
    memory: {
      get: () => context.globalState.get<boolean>("privacyRead") ?? false,
      set: () => context.globalState.update("privacyRead", true),
    },
    say: showPrivacyNotice,
  });
  const router = privacy.guard(
    activity.watch(
      createRouter({
        apiKey: () => apiKey.read(),
        settings: () => settings.router,
        storage: createRouterStorage(join(storageFolder, "router"), log),
        fetch,
        log,
      }),
      (error) => errorMessage(error).sentence,
    ),
  );

  const selectModel = (): Promise<void> => pickModel({ router, settings, memento: context.globalState, log });

  const statistics = store.add(new StatisticsPage(router));

  const view = store.add(
    new ChatView({
      router,
      store: new ConversationStore({ folder: join(storageFolder, "conversations"), log, isInWorkspace: isInWorkspace }),
      extensionUri: context.extensionUri,
      storageUri: context.globalStorageUri,
      log,
      key: apiKey,
      modelChoice: {
        current: () => modelChoiceLabel(settings.router),
        onDidChange: (told) => settings.onDidChange(told),
      },
      instructions: () => settings.instructions,
      projectInstructions: async () => (settings.usesProjectInstructions ? (await editor()).projectInstructions() : []),
      redact,
      attachments: {
        pick: async () => (await editor()).attachments.pick(),
        fromEditor: async () => (await editor()).attachments.fromEditor(),
        fromUris: async (uris) => (await editor()).attachments.fromUris(uris),
        fromText: async (label, text) => (await editor()).attachments.fromText(label, text),
        findMentions: async (query, signal) => (await editor()).attachments.findMentions(query, signal),
        fromMention: async (id) => (await editor()).attachments.fromMention(id),
      },
      codeLinks: {
        find: async (names) => (await editor()).codeLinks.find(names),
        open: async (name) => (await editor()).codeLinks.open(name),
      },
      actions: {
        pinModel: (id) => settings.setStrategy("pinned", id),
        excludeModel: (id) => settings.setExcluded(id, true),
        markPrivacyNoticeRead: () => privacy.wasRead(),
        signIn: async () => (await connection()).signIn(),
        setApiKey: async () => (await connection()).setApiKey(),
        pickModel: selectModel,
        showLog,
        testConnection: async () => (await connection()).testConnection(),
        copyDiagnostics: async () => (await connection()).copyDiagnostics(),
        applyCode: async (code) => (await editor()).applyCode(code),
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
        ...{ context, router, errorMessage, log },
        ask: (input) => view.ask(input),
        instructions: () => settings.instructions,
      }),
    );
  });

  const connection: () => Promise<ConnectionFeature> = lazy(() =>
    import("./connection").then(({ openConnection }) =>
      store.add(openConnection({ context, settings, apiKey, fetch, service: account, router, activity, log })),
    ),
  );

  return {
    view,
    editor,
    selectModel,
    showStatistics: () => statistics.show(),
    connection,
    dispose: () => store.dispose(),
  };
}
