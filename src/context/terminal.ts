import { randomUUID } from "node:crypto";
import * as vscode from "vscode";
import { visibleName } from "../visibleText";
import type { TextAttachment } from "./attachment";
import { textAttachment } from "./textAttachment";

/**
 * The selection in the active terminal; `undefined` if there is none. VS Code's stable API does not expose it, so this copies it to the clipboard,
 * reads it from there, and then restores the previous clipboard text. Extensions cannot restore other clipboard content.
 */
export async function terminalSelection(): Promise<TextAttachment | undefined> {
  const terminal = vscode.window.activeTerminal;
  if (!terminal) return undefined;
  const { clipboard } = vscode.env;
  const previous = await clipboard.readText();
  // A unique marker reveals whether anything was copied. A clipboard without text may hold an image, so it is not overwritten.
  const marker = previous === "" ? "" : `free-models ${randomUUID()}`;
  if (marker !== "") await clipboard.writeText(marker);
  let text = marker;
  try {
    await vscode.commands.executeCommand("workbench.action.terminal.copySelection");
    text = await clipboard.readText();
  } finally {
    if (text !== previous) await clipboard.writeText(previous);
  }
  if (text === marker || text.trim() === "") return undefined;
  return textAttachment({ kind: "terminal", label: vscode.l10n.t("terminal {0}", visibleName(terminal.name)), text });
}
