import * as vscode from "vscode";
import { waitFor } from "./waitFor";
import { withStubs } from "./withStubs";

/** A text that the extension passed to VS Code, with how VS Code renders it. */
export interface ShownText {
  /** `message` renders links, `icons` icons, `prompt` both; `plain` neither. */
  readonly grammar: "message" | "icons" | "prompt" | "plain";
  readonly text: string;
}

/**
 * Runs `run` and resolves to the texts that it shows in messages, progress notifications, quick picks and input boxes. Modal dialogs are
 * confirmed; everything else is dismissed. A quick pick that stays open is closed when `isComplete` says that it has what it needs.
 */
export async function shownTexts(
  run: () => PromiseLike<unknown>,
  isComplete: (items: readonly vscode.QuickPickItem[]) => boolean = (items) => items.length > 0,
): Promise<ShownText[]> {
  const shown: ShownText[] = [];
  const record = (grammar: ShownText["grammar"], text: string | undefined): void => {
    if (text !== undefined && text !== "") shown.push({ grammar, text });
  };
  const recordItems = (items: readonly vscode.QuickPickItem[]): void => {
    for (const { label, description, detail, kind } of items) {
      record(kind === vscode.QuickPickItemKind.Separator ? "plain" : "icons", label);
      record("icons", description);
      record("icons", detail);
    }
  };
  const showMessage = (
    text: string,
    options?: vscode.MessageOptions,
    ...labels: string[]
  ): Promise<string | undefined> => {
    record(options?.modal ? "plain" : "message", text);
    record("plain", options?.detail);
    return Promise.resolve(options?.modal ? labels[0] : undefined);
  };
  const { createQuickPick } = vscode.window;
  const closed: Promise<void>[] = [];
  await withStubs(
    vscode.window,
    {
      showInformationMessage: showMessage,
      showWarningMessage: showMessage,
      showErrorMessage: showMessage,
      withProgress: (
        { title }: vscode.ProgressOptions,
        task: (progress: vscode.Progress<{ message?: string }>, token: vscode.CancellationToken) => Thenable<unknown>,
      ) => {
        record("message", title);
        const report = ({ message }: { message?: string }): void => record("message", message);
        return task({ report }, new vscode.CancellationTokenSource().token);
      },
      showQuickPick: (items: readonly vscode.QuickPickItem[], options?: vscode.QuickPickOptions) => {
        recordItems(items);
        record("plain", options?.title);
        record("plain", options?.placeHolder);
        return Promise.resolve(undefined);
      },
      showInputBox: (options?: vscode.InputBoxOptions) => {
        record("plain", options?.title);
        record("prompt", options?.prompt);
        return Promise.resolve(undefined);
      },
      createQuickPick: () => {
        const box = createQuickPick();
        const show = box.show.bind(box);
        box.show = () => {
          record("plain", box.title);
          record("plain", box.placeholder);
          show();
          closed.push(
            waitFor(() => isComplete(box.items)).then(() => {
              recordItems(box.items);
              box.hide();
            }),
          );
        };
        return box;
      },
    },
    async () => {
      await run();
      await Promise.all(closed);
    },
  );
  return shown;
}
