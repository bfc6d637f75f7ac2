import { randomUUID } from "node:crypto";
import * as vscode from "vscode";
import type { TextAttachment } from "./attachment";
import { truncateText, type OmittedText } from "./textBudget";

/** Creates an attachment, truncating its text to the budget; `cut` describes what was omitted. */
export function textAttachment(attachment: Omit<TextAttachment, "id" | "cut">): TextAttachment {
  const { text, omitted } = truncateText(attachment.text);
  return { ...attachment, id: randomUUID(), text, ...(omitted && { cut: cutLabel(omitted) }) };
}

function cutLabel({ unit, count, total }: OmittedText): string {
  const [omitted, all] = [count.toLocaleString(vscode.env.language), total.toLocaleString(vscode.env.language)];
  return unit === "lines"
    ? vscode.l10n.t("the last {0} of {1} lines", omitted, all)
    : vscode.l10n.t("the last {0} of {1} characters", omitted, all);
}
