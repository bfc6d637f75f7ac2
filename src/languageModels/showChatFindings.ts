import * as vscode from "vscode";
import { showQuickPick } from "../iconLabels";
import { icon, iconText } from "../iconText";
import type { ChatFinding, ChatFix } from "./chatFindings";

const icons: Readonly<Record<ChatFinding["kind"], string>> = { blocker: "error", problem: "warning", note: "info" };

/** Shows what keeps the models out of VS Code's chat. Resolves to what the user chose to do about it. */
export async function showChatFindings(findings: readonly ChatFinding[]): Promise<ChatFix | undefined> {
  const rows = findings.map(({ kind, sentence, advice, fix }) => ({
    label: iconText(icon(icons[kind]), sentence),
    detail: iconText(advice),
    fix,
  }));
  const chosen = await showQuickPick(rows, {
    title: vscode.l10n.t("Why Don't I See the Models?"),
    placeHolder: vscode.l10n.t("Select a row to do something about it"),
  });
  return chosen?.fix;
}
