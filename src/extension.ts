import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import { ApiKey } from "./config/apiKey";
import { forgetApiKey } from "./config/forgetApiKey";
import { warnRefusedBaseUrl, settingsKeyMessages } from "./config/settingNotices";
import { Settings } from "./config/settings";
import { migrateSettingsKey } from "./config/settingsKeyMigration";
import type { ConnectionFeature } from "./features/connection";
import type { EditsFeature } from "./features/edits";
import { closeStaleProposals } from "./proposals/staleProposals";
import { registerProblemActions } from "./commands/problemCodeActions";
import type { TestApi } from "./testApi";
import { lazy, type Disposable } from "./lifecycle";
import { redactingLog } from "./log";
import { chatPanel, commands, views } from "./manifest";
import type { ChatFeature } from "./features/chat";
import { Activity } from "./status/activity";
import { followContextKeys } from "./status/contextKeys";
import { StatusBar } from "./status/statusBar";

type CommandId = (typeof commands)[keyof typeof commands];

/** Once somebody wanted one. */
let opened: ChatFeature | undefined;

/** What is there from VS Code's start on. Nothing is read from disk or network, and the rooms stay shut until somebody wants one. */
export function activate(context: vscode.ExtensionContext): Promise<TestApi> | undefined {
  const own = <T extends Disposable>(made: T): T => {
    context.subscriptions.push(made);
    return made;
  };
  l10n.config({ contents: vscode.l10n.bundle ?? {} });
  const output = own(vscode.window.createOutputChannel("Free Models", { log: true }));
  const showLog = (): void => output.show();
  const log = redactingLog(output);
  const settings = new Settings(vscode.workspace);
  const apiKey = new ApiKey(context.secrets, process.env, log);
  const activity = own(new Activity());

  const rooms = lazy(async () => {
    const { openChat } = await import("./features/chat");
    return (opened = own(openChat({ context, settings, apiKey, activity, log, showLog })));
  });

  const statusBar = own(new StatusBar({ activity, apiKey, settings }));
  own(followContextKeys(activity, apiKey));
  own(migrateSettingsKey({ workspace: vscode.workspace, window: vscode.window, apiKey, words: settingsKeyMessages }));
  own(warnRefusedBaseUrl(settings));
  own(registerProblemActions());
  void closeStaleProposals().catch((error: unknown) => log.warn(`Old diffs stay open: ${String(error)}`));

  own(
    vscode.window.registerWebviewViewProvider(views.chat, {
      resolveWebviewView: async (view) => (await rooms()).view.resolveWebviewView(view),
    }),
  );
  own(
    vscode.window.registerWebviewPanelSerializer(chatPanel, {
      deserializeWebviewPanel: async (panel, state) =>
        (await rooms()).view.panels.deserializeWebviewPanel(panel, state),
    }),
  );

  const editing =
    (run: (editing: EditsFeature, ...args: readonly unknown[]) => unknown) =>
    async (...args: readonly unknown[]): Promise<unknown> =>
      run(await (await rooms()).edits(), ...args);

  const connecting =
    <R>(run: (room: ConnectionFeature) => R) =>
    async (): Promise<Awaited<R>> =>
      await run(await (await rooms()).connection());

  own(
    vscode.window.registerUriHandler({
      handleUri: async (uri) => (await (await rooms()).connection()).handleCallback(uri),
    }),
  );

  const run: Readonly<Record<CommandId, (...args: readonly unknown[]) => unknown>> = {
    [commands.askSelection]: async () => (await (await rooms()).attachments()).askSelection(),
    [commands.explainSelection]: editing((room) => room.ask("explain")),
    [commands.findProblems]: editing((room) => room.ask("find-problems")),
    [commands.fixSelection]: editing((room) => room.ask("fix")),
    [commands.writeTests]: editing((room) => room.ask("write-tests")),
    [commands.documentSelection]: editing((room) => room.ask("document")),
    [commands.improveSelection]: editing((room) => room.ask("improve")),
    [commands.runPrompt]: editing((room) => room.choosePrompt()),
    [commands.editPrompts]: editing((room) => room.editPrompts()),
    [commands.resetPrompts]: editing((room) => room.resetPrompts()),
    [commands.editSelection]: editing((room, args) => room.editSelection(args)),
    [commands.editReadOnly]: editing((room) => room.tellReadOnly()),
    [commands.acceptEdit]: editing((room, where) => room.accept(where)),
    [commands.rejectEdit]: editing((room, where) => room.reject(where)),
    [commands.askEditAgain]: editing((room, where) => room.askAgain(where)),
    [commands.acceptHunk]: editing((room, where, hunk) => room.decide("accept", where, hunk)),
    [commands.rejectHunk]: editing((room, where, hunk) => room.decide("reject", where, hunk)),
    [commands.explainProblem]: editing((room, uri, diagnostics) => room.explainProblem(uri, diagnostics)),
    [commands.fixProblem]: editing((room, uri, diagnostics) => room.fixProblem(uri, diagnostics)),
    [commands.addToChat]: async (clicked, selected) =>
      (await (await rooms()).attachments()).addToChat(clicked, selected),
    [commands.askImage]: async (clicked, selected) => (await (await rooms()).attachments()).askImage(clicked, selected),
    [commands.askTerminalSelection]: async () => (await (await rooms()).attachments()).askTerminalSelection(),
    [commands.askChanges]: async (where) => (await (await rooms()).attachments()).askChanges(where),
    [commands.generateCommitMessage]: async (where) =>
      (await (await rooms()).attachments()).generateCommitMessage(where),
    [commands.openChat]: async () => (await rooms()).view.focus(),
    [commands.newChat]: async () => (await rooms()).view.newChat(),
    [commands.showChats]: async () => (await rooms()).view.history.show(),
    [commands.openChatInEditor]: async () => (await rooms()).view.openInEditor(),
    [commands.findInChat]: async () => (await rooms()).view.find(),
    [commands.exportChat]: async () => (await rooms()).view.export(),
    [commands.exportChatOfView]: async () => (await rooms()).view.exportOfView(),
    [commands.importChats]: async () => (await rooms()).view.history.import(),
    [commands.deleteAllChats]: async () => (await rooms()).view.history.deleteAll(),
    [commands.stop]: () => opened?.view.stop(),
    [commands.selectModel]: async () => (await rooms()).selectModel(),
    [commands.showStatistics]: async () => (await rooms()).showStatistics(),
    [commands.signIn]: connecting((room) => room.signIn()),
    [commands.setApiKey]: connecting((room) => room.setApiKey()),
    [commands.forgetApiKey]: () => forgetApiKey(apiKey),
    [commands.testConnection]: connecting((room) => room.testConnection()),
    [commands.copyDiagnostics]: connecting((room) => room.copyDiagnostics()),
    [commands.openSettings]: () =>
      vscode.commands.executeCommand("workbench.action.openSettings", `@ext:${context.extension.id}`),
    [commands.showLog]: showLog,
  };
  for (const [id, command] of Object.entries(run)) own(vscode.commands.registerCommand(id, command));

  if (context.extensionMode !== vscode.ExtensionMode.Test) return undefined;
  return rooms().then(({ view, edits, connection }) => ({
    chat: view,
    statusBar,
    apiKey,
    editing: edits,
    connecting: connection,
  }));
}

/** VS Code waits for it: what was said and not yet written is. */
export async function deactivate(): Promise<void> {
  await opened?.view.close();
}
