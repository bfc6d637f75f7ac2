import { randomUUID } from "node:crypto";
import * as vscode from "vscode";
import type { TextAttachment } from "./attachment";
import { fitText, type LeftOut } from "./textBudget";

/** A text as an attachment, cut to the budget, and told so where it was. */
export function textAttachment(what: Omit<TextAttachment, "id" | "cut">): TextAttachment {
  const { text, leftOut } = fitText(what.text);
  return { ...what, id: randomUUID(), text, ...(leftOut && { cut: cutWords(leftOut) }) };
}

function cutWords({ unit, count, of }: LeftOut): string {
  const [left, all] = [count.toLocaleString(vscode.env.language), of.toLocaleString(vscode.env.language)];
  return unit === "lines"
    ? vscode.l10n.t("the last {0} of {1} lines", left, all)
    : vscode.l10n.t("the last {0} of {1} characters", left, all);
}
