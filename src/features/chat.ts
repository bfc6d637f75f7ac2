import * as l10n from "@vscode/l10n";
import { join } from "node:path";
import * as vscode from "vscode";
import { ChatView } from "../chat/chatView";
import { ConversationStore } from "../chat/storage/conversationStore";
import type { ApiKey } from "../config/apiKey";
import { PrivacyWord } from "../config/privacyNotice";
import { sayPrivacyWord } from "../config/settingNotices";
import type { Settings } from "../config/settings";
import { fileStorage } from "../config/routerStorage";
import type { Connecting } from "./connection";
import type { Editing } from "./edits";
import type { Gathering } from "./attachments";
import { projectInstructions } from "../context/instructions";
import { isInWorkspace } from "../context/inWorkspace";
import { errorWords } from "../failureMessages";
import { createFetch } from "../http";
import { DisposableStore, lazy, type Disposable } from "../lifecycle";
import { redact } from "../log";
import { createRouter, service, type Log } from "../router/index";
import type { Activity } from "../status/activity";
import { pickModel } from "../status/modelPicker";
import { StatisticsPage } from "../status/statisticsPage";
import { nextModelWords } from "../status/statusText";

/** What is there from the start, and shared by all. */
export interface Hall {
  context: vscode.ExtensionContext;
  settings: Settings;
  apiKey: ApiKey;
  activity: Activity;
  log: Log;
  showLog: () => void;
}

export interface Rooms extends Disposable {
  chat: ChatView;
  /** Where questions take their material from, loaded when something is first attached. */
  gathering: () => Promise<Gathering>;
  /** Prompts and edits, loaded with the first of them. */
  editing: () => Promise<Editing>;
  selectModel(): Promise<void>;
  showStatistics(): Promise<void>;
  /** The way to a key, and to OpenRouter: loaded when one is wanted. */
  connecting: () => Promise<Connecting>;
}

/** Router, chat and editor, each built and handed its neighbours: most of the code, loaded when somebody first asks for one of them. */
export function openRooms({ context, settings, apiKey, activity, log, showLog }: Hall): Rooms {
  l10n.config({ contents: vscode.l10n.bundle ?? {} });
  const store = new DisposableStore();
  const storageFolder = context.globalStorageUri.fsPath;

  const fetch = store.add(createFetch({ transport: () => settings.transport, network: () => settings.network }));
  const privacy = new PrivacyWord({
    apiKey,
    memory: {
      get: () => context.globalState.get<boolean>("privacyRead") ?? false,
      set: () => context.globalState.update("privacyRead", true),
    },
    say: sayPrivacyWord,
  });
  const router = privacy.guard(
    activity.watch(
      createRouter({
        apiKey: () => apiKey.read(),
        settings: () => settings.router,
        storage: fileStorage(join(storageFolder, "router"), log),
        fetch,
        log,
      }),
      (error) => errorWords(error).sentence,
    ),
  );

  const selectModel = (): Promise<void> => pickModel({ router, settings, memento: context.globalState, log });

  const statistics = store.add(new StatisticsPage(router));

  const chat = store.add(
    new ChatView({
      router,
      store: new ConversationStore({ folder: join(storageFolder, "conversations"), log, isHere: isInWorkspace }),
      extensionUri: context.extensionUri,
      storageUri: context.globalStorageUri,
      log,
      key: apiKey,
      modelChoice: {
        current: () => nextModelWords(settings.router),
        onDidChange: (told) => settings.onDidChange(told),
      },
      instructions: () => settings.instructions,
      projectInstructions: async () => (settings.usesProjectInstructions ? projectInstructions(log) : []),
      redact,
      attachments: {
        pick: async () => (await gathering()).pick(),
        fromEditor: async () => (await gathering()).fromEditor(),
        fromUris: async (uris) => (await gathering()).fromUris(uris),
        fromText: async (label, text) => (await gathering()).fromText(label, text),
        find: async (query, signal) => (await gathering()).findSources(query, signal),
        fromSource: async (id) => (await gathering()).attachSource(id),
      },
      mentions: {
        find: async (names) => (await gathering()).mentions.find(names),
        open: async (name) => (await gathering()).mentions.open(name),
      },
      actions: {
        keepModel: (id) => settings.choose("pinned", id),
        neverUseModel: (id) => settings.exclude(id, true),
        privacyRead: () => privacy.wasRead(),
        signIn: async () => (await connecting()).signIn(),
        setApiKey: async () => (await connecting()).setApiKey(),
        pickModel: selectModel,
        showLog,
        testConnection: async () => (await connecting()).testConnection(),
        copyDiagnostics: async () => (await connecting()).copyDiagnostics(),
        applyCode: async (code) => (await editing()).apply(code),
      },
      memory: {
        get: () => context.workspaceState.get<string>("conversation"),
        set: (conversation) => context.workspaceState.update("conversation", conversation),
      },
    }),
  );

  const gathering: () => Promise<Gathering> = lazy(() =>
    import("./attachments").then(({ openGathering }) =>
      openGathering({
        ask: (question) => chat.ask(question),
        router,
        instructions: () => settings.instructions,
        failureWords: errorWords,
        log,
      }),
    ),
  );

  const editing: () => Promise<Editing> = lazy(() =>
    import("./edits").then(({ openEditing }) =>
      store.add(
        openEditing({
          ...{ context, settings, router, gathering, log },
          ask: (question) => chat.ask(question),
          failureWords: errorWords,
        }),
      ),
    ),
  );

  const connecting: () => Promise<Connecting> = lazy(() =>
    import("./connection").then(({ openConnecting }) =>
      store.add(openConnecting({ context, settings, apiKey, fetch, service, router, activity, log })),
    ),
  );

  return {
    chat,
    gathering,
    editing,
    selectModel,
    showStatistics: () => statistics.show(),
    connecting,
    dispose: () => store.dispose(),
  };
}
