import * as vscode from "vscode";
import { escapeMarkdown } from "../escapeMarkdown";
import { commands } from "../manifest";
import { canAsk, statusRows, type StatusTextOptions } from "./statusText";

/** The tooltip of the status bar item: a table and links to commands. Names and messages from services are escaped. */
export function statusTooltip(options: StatusTextOptions): vscode.MarkdownString {
  const text = canAsk(options) ? statusTable(options) : signInText();
  // The item itself shows no more than the name of a model.
  const markdown = new vscode.MarkdownString(`**${vscode.l10n.t("Free Models Router")}**\n\n${text}`, true);
  markdown.isTrusted = {
    enabledCommands: [commands.selectModel, commands.openChat, commands.signIn, commands.setApiKey],
  };
  return markdown;
}

function signInText(): string {
  const sentence = escapeMarkdown(vscode.l10n.t("Free models require a free OpenRouter account."));
  const signIn = link(commands.signIn, "account", vscode.l10n.t("Sign in"));
  return `${sentence}\n\n${signIn} &nbsp; ${link(commands.setApiKey, "key", vscode.l10n.t("Enter API key"))}`;
}

function statusTable(options: StatusTextOptions): string {
  const rows = statusRows(options).map(
    ([label, value]) => `| ${escapeMarkdown(label)} &nbsp; | ${escapeMarkdown(value)} |\n`,
  );
  const selectModel = link(commands.selectModel, "sparkle", vscode.l10n.t("Select model"));
  const openChat = link(commands.openChat, "comment-discussion", vscode.l10n.t("Open chat"));
  return `| | |\n|---|---|\n${rows.join("")}\n${selectModel} &nbsp; ${openChat}`;
}

function link(command: string, icon: string, label: string): string {
  return `[$(${icon}) ${escapeMarkdown(label)}](command:${command})`;
}
