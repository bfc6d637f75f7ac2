import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import * as vscode from "vscode";
import * as z from "zod/mini";
import { startChat } from "./chats";
import { setUpSuite } from "./suiteSetup";
import { waitFor } from "./waitFor";
import { withStubs } from "./withStubs";

const manifestShape = z.object({
  contributes: z.object({
    commands: z.array(z.object({ command: z.string(), title: z.string() })),
    menus: z.object({ commandPalette: z.array(z.object({ command: z.string(), when: z.string() })) }),
  }),
});

const focusesChat = ["command: freeModels.chat.focus"];
const nothingToAskAbout = ["message: Nothing to ask about. Open a file or select some code."];
const noFileToAdd = ["message: No file to add. Open one, or right-click it in the Explorer."];
const noProposedEdit = ["message: There is no proposed edit. Use Edit Selection or Apply first."];
const noProblem = ["message: No problem at the cursor. Place the cursor on an underlined problem."];
const noFindings = ["message: There are no review findings. Run Review Changes first."];
const noRepository = ["message: No Git repository found. Open a folder that contains one, or initialize a repository."];

/** A VS Code server is a remote machine, and this one has no name but its address on this computer. */
const machine = vscode.env.remoteName === undefined ? "this computer" : "the remote machine";

const { fetch } = globalThis;
const usualPorts = /:(11434|1234|8080|9931)\//;
const withoutLocalServers: typeof fetch = (input, init) =>
  usualPorts.test(new Request(input).url) ? Promise.reject(new TypeError("fetch failed")) : fetch(input, init);

/** Older versions have no chat that models of extensions can answer. */
const hasBuiltInChat = Number(vscode.version.split(".")[1]) >= 122;
const whyNoModels = ["quick pick: Why Don't I See the Models?"];

/** What the user sees after each command, in order. */
const expectedEffects: Readonly<Record<string, readonly string[]>> = {
  "freeModels.askSelection": focusesChat,
  "freeModels.explainSelection": nothingToAskAbout,
  "freeModels.editSelection": ["message: Nothing to edit. Open a file first."],
  "freeModels.findProblems": nothingToAskAbout,
  "freeModels.fixSelection": nothingToAskAbout,
  "freeModels.writeTests": nothingToAskAbout,
  "freeModels.documentSelection": nothingToAskAbout,
  "freeModels.improveSelection": nothingToAskAbout,
  "freeModels.runPrompt": ["quick pick: Run Prompt"],
  "freeModels.editPrompts": ["quick pick: Edit Prompts"],
  "freeModels.resetPrompts": ["message: The built-in prompts have not been changed."],
  "freeModels.acceptEdit": noProposedEdit,
  "freeModels.rejectEdit": noProposedEdit,
  "freeModels.cancelEdit": noProposedEdit,
  "freeModels.askEditAgain": noProposedEdit,
  "freeModels.acceptHunk": noProposedEdit,
  "freeModels.rejectHunk": noProposedEdit,
  "freeModels.explainProblem": noProblem,
  "freeModels.fixProblem": noProblem,
  "freeModels.addToChat": noFileToAdd,
  "freeModels.askImage": noFileToAdd,
  "freeModels.askTerminalSelection": ["message: Nothing is selected in the terminal. Select some text and try again."],
  "freeModels.askChanges": noRepository,
  "freeModels.generateCommitMessage": noRepository,
  "freeModels.reviewChanges": noRepository,
  "freeModels.fixFinding": noFindings,
  "freeModels.dismissFinding": noFindings,
  "freeModels.dismissAllFindings": noFindings,
  "freeModels.askSeveralModels": focusesChat,
  "freeModels.askProject": focusesChat,
  "freeModels.openChat": focusesChat,
  "freeModels.newChat": focusesChat,
  "freeModels.showChats": ["quick pick: Chats"],
  "freeModels.openChatInEditor": ["tab: Chat"],
  "freeModels.findInChat": focusesChat,
  "freeModels.exportChat": ["message: This chat is empty. Ask a question before you export it."],
  "freeModels.importChats": ["file dialog: Import Chats"],
  "freeModels.deleteAllChats": ["message: There are no chats to delete."],
  "freeModels.useInVsCodeChat": hasBuiltInChat ? ["message: Use the free models in VS Code's chat?"] : whyNoModels,
  "freeModels.whyNoModels": whyNoModels,
  "freeModels.manageAccess": ["message: No other extension has asked for your free models yet."],
  "freeModels.moveBesideChat": ["command: vscode.moveViews"],
  "freeModels.selectModel": ["quick pick: Select Model"],
  "freeModels.showStatistics": ["tab: Model Statistics"],
  "freeModels.signIn": ["quick pick: Sign In with OpenRouter", "browser: /auth"],
  "freeModels.setApiKey": ["input box: OpenRouter API Key"],
  "freeModels.useLocalModels": [
    `message: No local server answers on ${machine}. Start Ollama, LM Studio or llama.cpp, then look again.`,
  ],
  "freeModels.addService": ["quick pick: Add a Service"],
  "freeModels.chooseServiceOrder": ["quick pick: Which services are asked first?"],
  "freeModels.testConnection": [
    "progress: Testing the connection to OpenRouter…",
    "message: Connected, but no API key is set. Sign in to continue.",
  ],
  "freeModels.copyDiagnostics": [
    "message: Diagnostics copied to the clipboard. They contain no API key and no chat content.",
  ],
  "freeModels.openSettings": ["command: workbench.action.openSettings", "tab: Settings"],
  "freeModels.showLog": ["editor: output:free-models.free-models-router.Free%20Models.log"],
};

describe("Without an editor, a key or a chat, every command in the palette gives feedback", () => {
  const context = setUpSuite({ hasKey: false });
  const { window, commands } = vscode;

  const extension = vscode.extensions.getExtension("free-models.free-models-router");
  const { contributes } = manifestShape.parse(extension?.packageJSON);
  /** Commands that the palette does not always hide in this state. */
  const paletteCommands = contributes.commands.filter(({ command }) => {
    const item = contributes.menus.commandPalette.find((each) => each.command === command);
    return item === undefined || !/^(false|freeModels\.(busy|keyStored|agentHeld))$/.test(item.when);
  });

  before(async () => {
    await startChat(context.testApi);
    const showWarningMessage = (_message: string, _options: unknown, deleteAll: string): Promise<string> =>
      Promise.resolve(deleteAll);
    const showInformationMessage = (): Promise<undefined> => Promise.resolve(undefined);
    await withStubs(window, { showWarningMessage, showInformationMessage }, async () => {
      await commands.executeCommand("freeModels.deleteAllChats");
    });
  });
  beforeEach(() => commands.executeCommand("workbench.action.closePanel"));
  after(async () => {
    await commands.executeCommand("workbench.action.closePanel");
    const destinationId = "workbench.view.extension.freeModels";
    await commands.executeCommand("vscode.moveViews", { viewIds: ["freeModels.chat"], destinationId });
  });

  test("the table of expected effects contains all commands", () => {
    assert.deepEqual(paletteCommands.map(({ command }) => command).sort(), Object.keys(expectedEffects).sort());
  });

  for (const { command, title } of paletteCommands)
    test(title, async () => {
      const expected = expectedEffects[command] ?? [];
      // Whatever runs on this machine: no server answers to a search for local models.
      const effects = await withStubs(globalThis, { fetch: withoutLocalServers }, () =>
        effectsOf(command, expected.length),
      );
      assert.deepEqual(effects, expected);
    });
});

/**
 * Runs a command and records what becomes visible. Dialogs are closed immediately, as if the user pressed Escape. Resolves when the
 * command has ended and `count` effects were recorded, or after a while without them.
 */
async function effectsOf(command: string, count: number): Promise<string[]> {
  const { window, env } = vscode;
  const effects: string[] = [];
  const recorded = new vscode.EventEmitter<void>();
  const record = (effect: string): void => {
    effects.push(effect);
    recorded.fire();
  };

  /** Records when the box is shown, and closes it. */
  const closeWhenShown = <T extends vscode.QuickInput>(kind: string, box: T): T => {
    const show = box.show.bind(box);
    box.show = () => {
      record(`${kind}: ${box.title}`);
      show();
      box.hide();
    };
    return box;
  };
  const showMessage = (message: string): Promise<undefined> => {
    record(`message: ${message}`);
    return Promise.resolve(undefined);
  };
  const showFileDialog = (options?: { title?: string }): Promise<undefined> => {
    record(`file dialog: ${options?.title}`);
    return Promise.resolve(undefined);
  };
  const { createQuickPick, createInputBox, withProgress } = window;
  const windowStubs = {
    showInformationMessage: showMessage,
    showWarningMessage: showMessage,
    showErrorMessage: showMessage,
    showOpenDialog: showFileDialog,
    showSaveDialog: showFileDialog,
    showQuickPick: (_items: unknown, options?: vscode.QuickPickOptions) => {
      record(`quick pick: ${options?.title}`);
      return Promise.resolve(undefined);
    },
    showInputBox: (options?: vscode.InputBoxOptions) => {
      record(`input box: ${options?.title}`);
      return Promise.resolve(undefined);
    },
    createQuickPick: () => closeWhenShown("quick pick", createQuickPick()),
    createInputBox: () => closeWhenShown("input box", createInputBox()),
    withProgress: (...args: Parameters<typeof withProgress>) => {
      record(`progress: ${args[0].title}`);
      return withProgress(...args);
    },
  };
  const openExternal = (uri: vscode.Uri | string): Promise<boolean> => {
    record(`browser: ${new URL(uri.toString()).pathname}`);
    return Promise.resolve(true);
  };
  const original = vscode.commands.executeCommand;
  const executeCommand = (id: string, ...args: unknown[]): Thenable<unknown> => {
    if (id !== "setContext") record(`command: ${id}`);
    return original(id, ...args);
  };

  let visible: readonly vscode.TextEditor[] = window.visibleTextEditors;
  const subscriptions = [
    recorded,
    window.tabGroups.onDidChangeTabs(({ opened }) => opened.forEach(({ label }) => record(`tab: ${label}`))),
    window.onDidChangeVisibleTextEditors((editors) => {
      for (const editor of editors) if (!visible.includes(editor)) record(`editor: ${editor.document.uri.toString()}`);
      visible = editors;
    }),
  ];
  const stop = new AbortController();
  try {
    await withStubs(window, windowStubs, () =>
      withStubs(env, { openExternal }, () =>
        withStubs(vscode.commands, { executeCommand }, async () => {
          await original(command);
          const complete = waitFor(() => effects.length >= count, recorded.event);
          await Promise.race([complete, delay(30_000, undefined, { signal: stop.signal })]);
        }),
      ),
    );
  } finally {
    stop.abort();
    for (const subscription of subscriptions) subscription.dispose();
  }
  return effects;
}
