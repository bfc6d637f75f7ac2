import * as vscode from "vscode";

/** A click into an editor closes a list before VS Code reports where it was. */
const clickReportMs = 300;

/**
 * Runs what opens a list or a box of VS Code, and focuses the chat when it closes: VS Code would focus an editor, where the next words would
 * replace what is selected. A user who has gone to an editor meanwhile stays there, and so does one whom `open` led elsewhere (`stays`).
 */
export async function focusAfter<T>(
  open: () => Promise<T>,
  focus: () => void,
  stays: (result: T) => boolean = () => true,
): Promise<T> {
  const user = { isInEditor: false, isElsewhere: false };
  const listener = vscode.window.onDidChangeTextEditorSelection(({ kind }) => {
    if (isByUser(kind)) user.isInEditor = true;
  });
  try {
    const result = await open();
    user.isElsewhere = !stays(result);
    return result;
  } finally {
    listener.dispose();
    if (!user.isInEditor && !user.isElsewhere) {
      focus();
      void stayAfterClick();
    }
  }
}

/** VS Code sets no kind if an extension has changed the selection. */
function isByUser(kind: vscode.TextEditorSelectionChangeKind | undefined): boolean {
  return kind === vscode.TextEditorSelectionChangeKind.Mouse || kind === vscode.TextEditorSelectionChangeKind.Keyboard;
}

/** Gives the focus to the editor again if it was a click into it that closed the list. */
async function stayAfterClick(): Promise<void> {
  const { promise: reported, resolve } = Promise.withResolvers<boolean>();
  const timer = setTimeout(() => resolve(false), clickReportMs);
  const listener = vscode.window.onDidChangeTextEditorSelection(({ kind }) => {
    if (kind === vscode.TextEditorSelectionChangeKind.Mouse) resolve(true);
  });
  const isClick = await reported;
  clearTimeout(timer);
  listener.dispose();
  if (isClick) await vscode.commands.executeCommand("workbench.action.focusActiveEditorGroup");
}
