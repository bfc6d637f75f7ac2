import * as vscode from "vscode";
import { activeAttachments } from "../context/activeEditor";
import type { Ask } from "./question";

/** Asks at once what the selected code does, or the whole file where nothing is selected. */
export async function explainSelection(ask: Ask): Promise<void> {
  const attachments = await activeAttachments();
  if (attachments.length === 0) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t("There is nothing to explain yet: open a file, or select some code."),
    );
    return;
  }
  const text = attachments.some(({ kind }) => kind === "image")
    ? vscode.l10n.t("Explain what this picture shows.")
    : vscode.l10n.t("Explain what this code does, and how.");
  await ask({ text, attachments, submit: true });
}
