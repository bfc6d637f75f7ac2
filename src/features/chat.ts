import * as l10n from "@vscode/l10n";
import { join } from "node:path";
import * as vscode from "vscode";
import { ChatView } from "../chat/chatView";
import { ConversationStore } from "../chat/storage/conversationStore";
import type { ApiKey } from "../config/apiKey";
import { PrivacyNotice } from "../config/privacyNotice";
import { showPrivacyNotice } from "../config/settingNotices";
import type { Settings } from "../config/settings";
import { fileStorage } from "../config/routerStorage";
import type { ConnectionFeature } from "./connection";
import type { EditsFeature } from "./edits";
import type { AttachmentsFeature } from "./attachments";
import { projectInstructions } from "../context/instructions";
import { isInWorkspace } from "../context/inWorkspace";
import { errorMessage } from "../failureMessages";
import { createFetch } from "../http";
import { DisposableStore, lazy, type Disposable } from "../lifecycle";
import { redact } from "../log";
import { createRouter, service, type Log } from "../router/index";
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
  /** Where questions take their material from, loaded when something is first attached. */
  attachments: () => Promise<AttachmentsFeature>;
  /** Prompts and edits, loaded with the first of them. */
  edits: () => Promise<EditsFeature>;
  selectModel(): Promise<void>;
  showStatistics(): Promise<void>;
  /** The way to a key, and to OpenRouter: loaded when one is wanted. */
  connection: () => Promise<ConnectionFeature>;
}

/** Router, chat and editor, each built and handed its neighbours: most of the code, loaded when somebody first asks for one of them. */
export function openChat({ context, settings, apiKey, activity, log, showLog }: CoreDependencies): ChatFeature {
  l10n.config({ contents: vscode.l10n.bundle ?? {} });
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
        storage: fileStorage(join(storageFolder, "router"), log),
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
      store: new ConversationStore({ folder: join(storageFolder, "conversations"), log, isHere: isInWorkspace }),
      extensionUri: context.extensionUri,
      storageUri: context.globalStorageUri,
      log,
      key: apiKey,
      modelChoice: {
        current: () => modelChoiceLabel(settings.router),
        onDidChange: (told) => settings.onDidChange(told),
      },
      instructions: () => settings.instructions,
      projectInstructions: async () => (settings.usesProjectInstructions ? projectInstructions(log) : []),
      redact,
      attachments: {
        pick: async () => (await attachments()).pick(),
        fromEditor: async () => (await attachments()).fromEditor(),
        fromUris: async (uris) => (await attachments()).fromUris(uris),
        fromText: async (label, text) => (await attachments()).fromText(label, text),
        findMentions: async (query, signal) => (await attachments()).findMentions(query, signal),
        fromMention: async (id) => (await attachments()).attachMention(id),
      },
      codeLinks: {
        find: async (names) => (await attachments()).codeLinks.find(names),
        open: async (name) => (await attachments()).codeLinks.open(name),
      },
      actions: {
        keepModel: (id) => settings.choose("pinned", id),
        neverUseModel: (id) => settings.exclude(id, true),
        privacyRead: () => privacy.wasRead(),
        signIn: async () => (await connection()).signIn(),
        setApiKey: async () => (await connection()).setApiKey(),
        pickModel: selectModel,
        showLog,
        testConnection: async () => (await connection()).testConnection(),
        copyDiagnostics: async () => (await connection()).copyDiagnostics(),
        applyCode: async (code) => (await edits()).apply(code),
      },
      memory: {
        get: () => context.workspaceState.get<string>("conversation"),
        set: (conversation) => context.workspaceState.update("conversation", conversation),
      },
    }),
  );

  const attachments: () => Promise<AttachmentsFeature> = lazy(() =>
    import("./attachments").then(({ openAttachments }) =>
      openAttachments({
        ask: (question) => view.ask(question),
        router,
        instructions: () => settings.instructions,
        errorMessage: errorMessage,
        log,
      }),
    ),
  );

  const edits: () => Promise<EditsFeature> = lazy(() =>
    import("./edits").then(({ openEdits }) =>
      store.add(
        openEdits({
          ...{ context, settings, router, attachments, log },
          ask: (question) => view.ask(question),
          errorMessage: errorMessage,
        }),
      ),
    ),
  );

  const connection: () => Promise<ConnectionFeature> = lazy(() =>
    import("./connection").then(({ openConnection }) =>
      store.add(openConnection({ context, settings, apiKey, fetch, service, router, activity, log })),
    ),
  );

  return {
    view,
    attachments,
    edits,
    selectModel,
    showStatistics: () => statistics.show(),
    connection,
    dispose: () => store.dispose(),
  };
}
