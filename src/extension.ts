import * as l10n from "@vscode/l10n";
import { join } from "node:path";
import * as vscode from "vscode";
import { ChatView } from "./chat/chatView";
import { ConversationStore } from "./chat/conversationStore";
import { ApiKey } from "./config/apiKey";
import { askApiKey, forgetApiKey } from "./config/askApiKey";
import { checkKey } from "./config/checkKey";
import { tellRefusedAddress, typedKeyWords } from "./config/settingNotices";
import { Settings } from "./config/settings";
import { fileStorage } from "./config/storage";
import { moveTypedKey } from "./config/typedKey";
import { activeAttachments } from "./context/activeEditor";
import { attachFiles } from "./context/files";
import { pickAttachments } from "./context/pick";
import { askSelection } from "./editor/askSelection";
import { explainSelection } from "./editor/explainSelection";
import { createFetch } from "./http";
import type { Inside } from "./inside";
import type { Disposable } from "./lifecycle";
import { redactingLog } from "./log";
import { commands, views } from "./manifest";
import { createRouter } from "./router/index";
import { Activity } from "./status/activity";
import { followContextKeys } from "./status/contextKeys";
import { pickModel } from "./status/modelPicker";
import { StatusBar } from "./status/statusBar";
import { nextModelWords } from "./status/statusText";

let chat: ChatView | undefined;

/** Builds every room and hands it its neighbours. Nothing is read from disk or network before somebody asks for something. */
export function activate(context: vscode.ExtensionContext): Inside | undefined {
  const own = <T extends Disposable>(made: T): T => {
    context.subscriptions.push(made);
    return made;
  };
  l10n.config({ contents: vscode.l10n.bundle ?? {} });
  const output = own(vscode.window.createOutputChannel("Free Models", { log: true }));
  const log = redactingLog(output);

  const settings = new Settings(vscode.workspace);
  const apiKey = new ApiKey(context.secrets, process.env, log);
  const fetch = own(createFetch({ transport: () => settings.transport, network: () => settings.network }));

  const activity = own(new Activity());
  const router = activity.watch(
    createRouter({
      apiKey: () => apiKey.read(),
      settings: () => settings.router,
      storage: fileStorage(join(context.globalStorageUri.fsPath, "router"), log),
      fetch,
      log,
    }),
  );

  const setApiKey = (): Promise<boolean> =>
    askApiKey(apiKey, (candidate) => checkKey(candidate, settings.router, fetch));
  const selectModel = (): Promise<void> => pickModel({ router, settings, memento: context.globalState, log });
  const showLog = (): void => output.show();

  const view = own(
    new ChatView({
      router,
      store: new ConversationStore({ folder: join(context.globalStorageUri.fsPath, "conversations"), log }),
      extensionUri: context.extensionUri,
      storageUri: context.globalStorageUri,
      log,
      key: apiKey,
      modelChoice: {
        current: () => nextModelWords(settings.router),
        onDidChange: (told) => settings.onDidChange(told),
      },
      instructions: () => settings.instructions,
      attachments: { pick: pickAttachments, fromEditor: activeAttachments, fromUris: attachFiles },
      actions: { setApiKey, pickModel: selectModel, showLog },
      memory: {
        get: () => context.workspaceState.get<string>("conversation"),
        set: (conversation) => context.workspaceState.update("conversation", conversation),
      },
    }),
  );
  chat = view;
  own(vscode.window.registerWebviewViewProvider(views.chat, view));

  const statusBar = own(new StatusBar({ router, activity, apiKey, settings }));
  own(followContextKeys(activity, apiKey));
  own(moveTypedKey({ workspace: vscode.workspace, window: vscode.window, apiKey, words: typedKeyWords }));
  own(tellRefusedAddress(settings));

  const run: Readonly<Record<(typeof commands)[keyof typeof commands], () => unknown>> = {
    [commands.askSelection]: () => askSelection((question) => view.ask(question)),
    [commands.explainSelection]: () => explainSelection((question) => view.ask(question)),
    [commands.openChat]: () => view.focus(),
    [commands.newChat]: () => view.newChat(),
    [commands.stop]: () => view.stop(),
    [commands.selectModel]: selectModel,
    [commands.setApiKey]: setApiKey,
    [commands.forgetApiKey]: () => forgetApiKey(apiKey),
    [commands.openSettings]: () =>
      vscode.commands.executeCommand("workbench.action.openSettings", `@ext:${context.extension.id}`),
    [commands.showLog]: showLog,
  };
  for (const [id, command] of Object.entries(run)) own(vscode.commands.registerCommand(id, () => command()));
  return context.extensionMode === vscode.ExtensionMode.Test ? { chat: view, statusBar, apiKey } : undefined;
}

/** VS Code waits for it: what was said and not yet written is. */
export async function deactivate(): Promise<void> {
  await chat?.close();
}
