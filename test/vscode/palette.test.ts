import * as vscode from "vscode";
import * as z from "zod/mini";
import { setUpSuite } from "./suiteSetup";

const manifestShape = z.object({
  contributes: z.object({
    commands: z.array(z.object({ command: z.string(), title: z.string() })),
    menus: z.object({ commandPalette: z.array(z.object({ command: z.string(), when: z.string() })) }),
  }),
});

/** What the palette asks for before it shows a command that has nothing to do otherwise. */
const hiddenUnless = /^(false|freeModels\.(busy|keyStored))$/;

/** Ways in which a command shows something that no event tells of: each is noted instead, and left by the user at once. */
const dialogs = [
  ...["showInformationMessage", "showWarningMessage", "showErrorMessage", "showQuickPick", "showInputBox"],
  ...["showOpenDialog", "showSaveDialog"],
] as const;

describe("The palette, with no editor, no key and nothing to say", () => {
  setUpSuite({ hasKey: false });
  const { window, commands, env } = vscode;
  const { createQuickPick, createInputBox, withProgress } = window;
  const real = Object.fromEntries(dialogs.map((name) => [name, Reflect.get(window, name) as unknown]));
  const { executeCommand } = commands;
  const { openExternal } = env;
  const listening: vscode.Disposable[] = [];
  let note = (): void => undefined;

  /** Shown, and left with Escape. */
  const left = <T extends vscode.QuickInput>(box: T): T => {
    const show = box.show.bind(box);
    box.show = () => {
      note();
      show();
      box.hide();
    };
    return box;
  };

  before(async () => {
    await executeCommand("workbench.action.closeAllEditors");
    for (const name of dialogs) Object.assign(window, { [name]: () => (note(), Promise.resolve()) });
    Object.assign(window, {
      createQuickPick: () => left(createQuickPick.call(window)),
      createInputBox: () => left(createInputBox.call(window)),
      withProgress: (...args: Parameters<typeof withProgress>) => (note(), withProgress.apply(window, args)),
    });
    Object.assign(env, { openExternal: () => (note(), Promise.resolve(true)) });
    Object.assign(commands, {
      executeCommand: (id: string, ...args: unknown[]) => {
        if (id !== "setContext") note();
        return executeCommand(id, ...args);
      },
    });
    listening.push(
      // What the command before left is closed only now.
      window.tabGroups.onDidChangeTabs(({ opened }) => opened.forEach(() => note())),
      window.onDidChangeVisibleTextEditors((editors) => editors.forEach(() => note())),
    );
  });
  after(async () => {
    for (const each of listening) each.dispose();
    Object.assign(window, { ...real, createQuickPick, createInputBox, withProgress });
    Object.assign(commands, { executeCommand });
    Object.assign(env, { openExternal });
    await executeCommand("workbench.action.closeAllEditors");
    await executeCommand("workbench.action.closePanel");
  });

  const extension = vscode.extensions.getExtension("free-models.free-models-router");
  const { contributes } = manifestShape.parse(extension?.packageJSON);
  const shown = contributes.commands.filter(({ command }) => {
    const item = contributes.menus.commandPalette.find((each) => each.command === command);
    return item === undefined || !hiddenUnless.test(item.when);
  });

  for (const { command, title } of shown)
    test(`${title} shows something`, async () => {
      await executeCommand("workbench.action.closeAllEditors");
      const something = new Promise<void>((resolve) => (note = resolve));
      const done = Promise.resolve(executeCommand(command));
      await something;
      await done;
    });
});
