import * as l10n from "@vscode/l10n";
import * as vscode from "vscode";
import { ApiKey } from "./config/apiKey";
import { forgetApiKey } from "./config/forgetApiKey";
import { tellRefusedAddress, typedKeyWords } from "./config/settingNotices";
import { Settings } from "./config/settings";
import { moveTypedKey } from "./config/settingsKeyMigration";
import type { Connecting } from "./features/connection";
import type { Editing } from "./features/edits";
import { closeStaleProposals } from "./proposals/staleProposals";
import { registerProblemActions } from "./commands/problemCodeActions";
import type { Inside } from "./testApi";
import { lazy, type Disposable } from "./lifecycle";
import { redactingLog } from "./log";
import { chatPanel, commands, views } from "./manifest";
import type { Rooms } from "./features/chat";
import { Activity } from "./status/activity";
import { followContextKeys } from "./status/contextKeys";
import { StatusBar } from "./status/statusBar";

type CommandId = (typeof commands)[keyof typeof commands];

/** Once somebody wanted one. */
let opened: Rooms | undefined;

/** What is there from VS Code's start on. Nothing is read from disk or network, and the rooms stay shut until somebody wants one. */
export function activate(context: vscode.ExtensionContext): Promise<Inside> | undefined {
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
    const { openRooms } = await import("./features/chat");
    return (opened = own(openRooms({ context, settings, apiKey, activity, log, showLog })));
  });

  const statusBar = own(new StatusBar({ activity, apiKey, settings }));
  own(followContextKeys(activity, apiKey));
  own(moveTypedKey({ workspace: vscode.workspace, window: vscode.window, apiKey, words: typedKeyWords }));
  own(tellRefusedAddress(settings));
  own(registerProblemActions());
  void closeStaleProposals().catch((error: unknown) => log.warn(`Old diffs stay open: ${String(error)}`));

  own(
    vscode.window.registerWebviewViewProvider(views.chat, {
      resolveWebviewView: async (view) => (await rooms()).chat.resolveWebviewView(view),
    }),
  );
  own(
    vscode.window.registerWebviewPanelSerializer(chatPanel, {
      deserializeWebviewPanel: async (panel, state) =>
        (await rooms()).chat.panels.deserializeWebviewPanel(panel, state),
    }),
  );

  const editing =
    (run: (editing: Editing, ...args: readonly unknown[]) => unknown) =>
    async (...args: readonly unknown[]): Promise<unknown> =>
      run(await (await rooms()).editing(), ...args);

  const connecting =
    <R>(run: (room: Connecting) => R) =>
    async (): Promise<Awaited<R>> =>
      await run(await (await rooms()).connecting());

  own(
    vscode.window.registerUriHandler({
      handleUri: async (uri) => (await (await rooms()).connecting()).comeBack(uri),
    }),
  );

  const run: Readonly<Record<CommandId, (...args: readonly unknown[]) => unknown>> = {
    [commands.askSelection]: async () => (await (await rooms()).gathering()).askSelection(),
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
    [commands.addToChat]: async (clicked, selected) => (await (await rooms()).gathering()).addToChat(clicked, selected),
    [commands.askImage]: async (clicked, selected) => (await (await rooms()).gathering()).askImage(clicked, selected),
    [commands.askTerminalSelection]: async () => (await (await rooms()).gathering()).askTerminalSelection(),
    [commands.askChanges]: async (where) => (await (await rooms()).gathering()).askChanges(where),
    [commands.generateCommitMessage]: async (where) => (await (await rooms()).gathering()).generateCommitMessage(where),
    [commands.openChat]: async () => (await rooms()).chat.focus(),
    [commands.newChat]: async () => (await rooms()).chat.newChat(),
    [commands.showChats]: async () => (await rooms()).chat.history.show(),
    [commands.openChatInEditor]: async () => (await rooms()).chat.openInEditor(),
    [commands.findInChat]: async () => (await rooms()).chat.find(),
    [commands.exportChat]: async () => (await rooms()).chat.export(),
    [commands.exportChatOfView]: async () => (await rooms()).chat.exportOfView(),
    [commands.importChats]: async () => (await rooms()).chat.history.import(),
    [commands.deleteAllChats]: async () => (await rooms()).chat.history.deleteAll(),
    [commands.stop]: () => opened?.chat.stop(),
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
  return rooms().then(({ chat, editing, connecting }) => ({ chat, statusBar, apiKey, editing, connecting }));
}

/** VS Code waits for it: what was said and not yet written is. */
export async function deactivate(): Promise<void> {
  await opened?.chat.close();
}
