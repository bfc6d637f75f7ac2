import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import type { Command } from "./commands/commandDependencies";
import type { BuiltInPromptId } from "./commands/prompts";
import { registerProblemActions } from "./commands/problemCodeActions";
import { ApiKey } from "./config/apiKey";
import { forgetApiKey } from "./config/forgetApiKey";
import { settingsKeyMessages, warnRejectedBaseUrl, warnRejectedServices } from "./config/settingNotices";
import { WorkspaceServiceOrder } from "./config/serviceOrder";
import { Settings } from "./config/settings";
import { migrateSettingsKey } from "./config/settingsKeyMigration";
import type { ChatFeature } from "./features/chat";
import { ChatProvider } from "./languageModels/chatProvider";
import { ModelOffer } from "./languageModels/modelOffer";
import { MoveOffer } from "./languageModels/moveOffer";
import { lazy, withLoaded, type Disposable } from "./lifecycle";
import { redactingLog } from "./log";
import { chatPanel, commands, contextKeys, views } from "./manifest";
import { closeStaleProposals } from "./proposals/staleProposals";
import { Activity } from "./status/activity";
import { syncContextKeys } from "./status/contextKeys";
import { StatusBar } from "./status/statusBar";
import type { TestApi } from "./testApi";

/** The chat feature; `undefined` until it is first used. */
let opened: ChatFeature | undefined;

/** Registers everything that VS Code shows from the start. Reads nothing from disk or network; features load when they are first used. */
export function activate(context: vscode.ExtensionContext): Promise<TestApi> | undefined {
  const register = <T extends Disposable>(disposable: T): T => {
    context.subscriptions.push(disposable);
    return disposable;
  };
  l10n.config({ contents: vscode.l10n.bundle ?? {} });
  const output = register(vscode.window.createOutputChannel("Free Models", { log: true }));
  const showLog = (): void => output.show();
  const log = redactingLog(output);
  const settings = new Settings(vscode.workspace, new WorkspaceServiceOrder(context.workspaceState));
  const apiKey = new ApiKey({ secrets: context.secrets, environment: process.env, settings, log });
  const activity = register(new Activity());
  const moveOffer = new MoveOffer(context.globalState);
  const modelOffer = register(
    new ModelOffer({
      memento: context.globalState,
      setContext: (isEnabled) => vscode.commands.executeCommand("setContext", contextKeys.modelsOffered, isEnabled),
    }),
  );

  const chat = lazy(async () => {
    const { openChat } = await import("./features/chat");
    const announceModels = (): void => chatProvider.announce();
    return (opened = register(
      openChat({ context, settings, apiKey, activity, modelOffer, log, showLog, announceModels }),
    ));
  });

  const inChat = withLoaded(chat);
  const inConnection = withLoaded(() => inChat((feature) => feature.connection()));
  const languageModels = lazy(() => inChat((feature) => feature.languageModels()));
  const inReview = withLoaded(() => inChat((feature) => feature.review()));
  const chatProvider = register(
    new ChatProvider({
      isEnabled: () => modelOffer.isEnabled,
      load: languageModels,
    }),
  );
  register(modelOffer.onDidChange(() => chatProvider.announce()));

  const statusBar = register(new StatusBar({ activity, apiKey, settings }));
  register(syncContextKeys(activity, apiKey));
  register(
    migrateSettingsKey({
      workspace: vscode.workspace,
      window: vscode.window,
      apiKey,
      messages: settingsKeyMessages,
    }),
  );
  register(warnRejectedBaseUrl(settings));
  register(warnRejectedServices(settings));
  register(registerProblemActions());
  void closeStaleProposals().catch((error: unknown) => log.warn(`Old diffs stay open: ${String(error)}`));

  register(
    vscode.window.registerWebviewViewProvider(views.chat, {
      resolveWebviewView: (webviewView) =>
        inChat(async (feature) => {
          await feature.view.resolveWebviewView(webviewView);
          await feature.offerMoveBesideChat(moveOffer);
        }),
    }),
  );
  register(
    vscode.window.registerWebviewPanelSerializer(chatPanel, {
      deserializeWebviewPanel: (panel, state) =>
        inChat(({ view }) => view.panels.deserializeWebviewPanel(panel, state)),
    }),
  );
  register(
    vscode.window.registerUriHandler({
      handleUri: (uri) => inConnection((feature) => feature.handleCallback(uri)),
    }),
  );

  /** A command in a file of `commands/`. Running it loads the file and the editor feature. */
  const editor =
    <M>(load: () => Promise<M>, pick: (file: M) => Command) =>
    async (...args: readonly unknown[]): Promise<unknown> => {
      const { commandDependencies } = await inChat((feature) => feature.editor());
      return pick(await load())(commandDependencies, ...args);
    };
  const prompt = (id: BuiltInPromptId): ReturnType<typeof editor> =>
    editor(
      () => import("./commands/askPrompt"),
      (file) => file.askBuiltInPrompt(id),
    );

  // All commands by id, as in package.json.
  const table: Readonly<Record<string, (...args: readonly unknown[]) => unknown>> = {
    "freeModels.askSelection": editor(
      () => import("./commands/askSelection"),
      (file) => file.askSelection,
    ),
    "freeModels.explainSelection": prompt("explain"),
    "freeModels.findProblems": prompt("find-problems"),
    "freeModels.fixSelection": prompt("fix"),
    "freeModels.writeTests": prompt("write-tests"),
    "freeModels.documentSelection": prompt("document"),
    "freeModels.improveSelection": prompt("improve"),
    "freeModels.runPrompt": editor(
      () => import("./commands/askPrompt"),
      (file) => file.runPrompt,
    ),
    "freeModels.editPrompts": editor(
      () => import("./commands/promptPicker"),
      (file) => file.editPrompts,
    ),
    "freeModels.resetPrompts": editor(
      () => import("./commands/promptPicker"),
      (file) => file.resetPrompts,
    ),
    "freeModels.editSelection": editor(
      () => import("./commands/editSelection"),
      (file) => file.editSelection,
    ),
    "freeModels.editReadOnly": editor(
      () => import("./commands/editSelection"),
      (file) => file.showReadOnlyReason,
    ),
    [commands.acceptEdit]: editor(
      () => import("./commands/proposalCommands"),
      (file) => file.acceptEdit,
    ),
    [commands.rejectEdit]: editor(
      () => import("./commands/proposalCommands"),
      (file) => file.rejectEdit,
    ),
    "freeModels.cancelEdit": editor(
      () => import("./commands/proposalCommands"),
      (file) => file.cancelEdit,
    ),
    "freeModels.askEditAgain": editor(
      () => import("./commands/proposalCommands"),
      (file) => file.askEditAgain,
    ),
    [commands.acceptHunk]: editor(
      () => import("./commands/proposalCommands"),
      (file) => file.acceptHunk,
    ),
    [commands.rejectHunk]: editor(
      () => import("./commands/proposalCommands"),
      (file) => file.rejectHunk,
    ),
    [commands.explainProblem]: editor(
      () => import("./commands/problems"),
      (file) => file.explainProblem,
    ),
    [commands.fixProblem]: editor(
      () => import("./commands/problems"),
      (file) => file.fixProblem,
    ),
    "freeModels.addToChat": editor(
      () => import("./commands/addToChat"),
      (file) => file.addToChat,
    ),
    "freeModels.askImage": editor(
      () => import("./commands/addToChat"),
      (file) => file.askImage,
    ),
    "freeModels.askTerminalSelection": editor(
      () => import("./commands/askTerminal"),
      (file) => file.askTerminalSelection,
    ),
    "freeModels.askChanges": editor(
      () => import("./commands/askChanges"),
      (file) => file.askChanges,
    ),
    "freeModels.generateCommitMessage": editor(
      () => import("./commands/generateCommitMessage"),
      (file) => file.generateCommitMessage,
    ),
    "freeModels.reviewChanges": (where) => inReview((reviews) => reviews.reviewChanges(where)),
    "freeModels.fixFinding": (thread) => inReview((reviews) => reviews.fix(thread)),
    "freeModels.dismissFinding": (thread) => inReview((reviews) => reviews.dismiss(thread)),
    "freeModels.dismissAllFindings": () => inReview((reviews) => reviews.dismissAll()),
    "freeModels.askProject": () => inChat(({ view }) => view.askProject()),
    "freeModels.askSeveralModels": (target) => inChat(({ view }) => view.askSeveral(target)),
    [commands.openChat]: () => inChat(({ view }) => view.focus()),
    "freeModels.newChat": () => inChat(({ view }) => view.newChat()),
    "freeModels.showChats": () => inChat(({ view }) => view.history.show()),
    "freeModels.openChatInEditor": () => inChat(({ view }) => view.openInEditor()),
    "freeModels.findInChat": () => inChat(({ view }) => view.find()),
    "freeModels.exportChat": () => inChat(({ view }) => view.export()),
    "freeModels.exportChatOfView": () => inChat(({ view }) => view.exportView()),
    "freeModels.importChats": () => inChat(({ view }) => view.history.import()),
    "freeModels.deleteAllChats": () => inChat(({ view }) => view.history.deleteAll()),
    "freeModels.stop": () => opened?.view.stop(),
    "freeModels.pinAnswerModel": (target) => inChat(({ view }) => view.runAnswerAction("pin-model", target)),
    "freeModels.excludeAnswerModel": (target) => inChat(({ view }) => view.runAnswerAction("exclude-model", target)),
    "freeModels.forkChat": (target) => inChat(({ view }) => view.runAnswerAction("fork", target)),
    "freeModels.deleteFromHere": (target) => inChat(({ view }) => view.runAnswerAction("delete", target)),
    "freeModels.replaceSelectionWithCode": (target) => inChat(({ view }) => view.useCode("replace", target)),
    "freeModels.newFileFromCode": (target) => inChat(({ view }) => view.useCode("new-file", target)),
    "freeModels.insertCodeIntoTerminal": (target) => inChat(({ view }) => view.useCode("terminal", target)),
    [commands.useInVsCodeChat]: async () => (await languageModels()).useInChat(),
    [commands.whyNoModels]: async () => (await languageModels()).explainMissingModels(),
    "freeModels.manageAccess": async () => (await languageModels()).manageAccess(),
    [commands.moveBesideChat]: () => inChat((feature) => feature.moveBesideChat()),
    [commands.continueAgent]: async () => (await languageModels()).continueAgent(),
    [commands.selectModel]: () => inChat((feature) => feature.selectModel()),
    "freeModels.showStatistics": () => inChat((feature) => feature.showStatistics()),
    [commands.signIn]: () => inConnection((feature) => feature.signIn()),
    [commands.setApiKey]: () => inConnection((feature) => feature.setApiKey()),
    "freeModels.forgetApiKey": () => forgetApiKey(apiKey),
    [commands.useLocalModels]: () => inConnection((feature) => feature.useLocalModels()),
    [commands.addService]: () => inConnection((feature) => feature.addService()),
    [commands.chooseServiceOrder]: () => inConnection((feature) => feature.chooseServiceOrder()),
    [commands.testConnection]: () => inConnection((feature) => feature.testConnection()),
    "freeModels.copyDiagnostics": () => inConnection((feature) => feature.copyDiagnostics()),
    "freeModels.openSettings": () =>
      vscode.commands.executeCommand("workbench.action.openSettings", `@ext:${context.extension.id}`),
    [commands.showLog]: showLog,
  };
  for (const [id, run] of Object.entries(table)) register(vscode.commands.registerCommand(id, run));

  if (context.extensionMode !== vscode.ExtensionMode.Test) return undefined;
  return chat().then((feature) => ({
    chat: feature.view,
    statusBar,
    apiKey,
    editor: feature.editor,
    connection: feature.connection,
    review: feature.review,
    modelOffer,
  }));
}

/** Saves everything that is not on disk yet. VS Code waits for the promise. */
export async function deactivate(): Promise<void> {
  await opened?.view.close();
}
