import { randomUUID } from "node:crypto";
import * as vscode from "vscode";
import type { TextAttachment } from "./attachment";
import { textAttachment } from "./textAttachment";

/**
 * What is selected in the active terminal; `undefined` for nothing. The selection is not in VS Code's stable API, so it is copied and read
 * from the clipboard, which then holds again what it held (if that was text: extensions see no more of it).
 */
export async function terminalSelection(): Promise<TextAttachment | undefined> {
  const terminal = vscode.window.activeTerminal;
  if (!terminal) return undefined;
  const { clipboard } = vscode.env;
  const before = await clipboard.readText();
  // Only what differs from what was there shows that something was copied. An empty clipboard may hold a picture, and is left alone.
  const marked = before === "" ? "" : `free-models ${randomUUID()}`;
  if (marked !== "") await clipboard.writeText(marked);
  let text = marked;
  try {
    await vscode.commands.executeCommand("workbench.action.terminal.copySelection");
    text = await clipboard.readText();
  } finally {
    if (text !== before) await clipboard.writeText(before);
  }
  if (text === marked || text.trim() === "") return undefined;
  return textAttachment({ kind: "terminal", label: vscode.l10n.t("terminal {0}", terminal.name), text });
}
