import { t } from "@vscode/l10n";
import type { ImageAttachment } from "../../context/attachment";
import type { AnswerStatus } from "../conversation/answerStatus";
import type { Answer, Conversation, StoredAttachment } from "../conversation/conversation";
import { shownBranch } from "../conversation/branch";
import { attachmentText } from "../../context/attachmentText";
import { closeFence, fenced } from "../../context/fence";
import type { AnswerCall } from "../conversation/toolCall";
import { snapshot } from "../conversation/snapshot";
import { conversationTitle } from "../conversation/conversationTitle";
import { parseEvent } from "./conversationSchema";

/** A conversation with the data of its images, by attachment id. */
export interface ConversationWithImages {
  conversation: Conversation;
  images: ReadonlyMap<string, ImageAttachment>;
}

/** Marks a file as an export. */
export const exportFormat = "free-models-chat";

/**
 * A JSON file that `readExport` reads, with every variant and every image of the conversations. Members are in the order of the schema, so that
 * the export of an imported file is the same file.
 */
export function exportJson(conversations: readonly ConversationWithImages[]): string {
  const parts = conversations.map(({ conversation, images }) => ({
    id: conversation.id,
    events: snapshot(conversation).map((event) => parseEvent(event) ?? event),
    images: Object.fromEntries([...images].map(([id, { data }]) => [id, data])),
  }));
  return `${JSON.stringify({ format: exportFormat, version: 1, conversations: parts }, undefined, 1)}\n`;
}

/** Labels of answers that are not complete. */
const statusLabels: Partial<Record<AnswerStatus, () => string>> = {
  waiting: () => t("unfinished"),
  streaming: () => t("unfinished"),
  stopped: () => t("stopped"),
  interrupted: () => t("interrupted"),
  failed: () => t("failed"),
};

/** The shown branch as a Markdown document, with a heading per question and answer; attachments and the other variants are collapsed. */
export function exportMarkdown(conversation: Conversation, modelName: (id: string) => string): string {
  const parts = [`# ${conversationTitle(conversation)}`];
  for (const { turn, answer } of shownBranch(conversation)) {
    parts.push(
      `## ${t("Question")}`,
      closeFence(turn.question.text),
      ...turn.question.attachments.map(attachmentMarkdown),
    );
    if (!answer) continue;
    parts.push(`## ${answerTitle(answer)}`, ...(answer.calls ?? []).map(callMarkdown), closeFence(answer.text));
    const variants = turn.answers.filter((each) => each.id !== answer.id && each.text !== "");
    for (const variant of variants) parts.push(details(answerTitle(variant), closeFence(variant.text)));
  }
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;

  function answerTitle({ model, status }: Answer): string {
    const author = model ? modelName(model) : t("Answer");
    const label = statusLabels[status]?.();
    return label === undefined ? author : `${author} (${label})`;
  }
}

function details(summary: string, text: string): string {
  return `<details>\n<summary>${escapeHtml(summary)}</summary>\n\n${text}\n\n</details>`;
}

function attachmentMarkdown(attachment: StoredAttachment): string {
  if (attachment.kind === "image") return `*${t("Image: {0}", attachment.label)}*`;
  return details(attachment.label, attachmentText(attachment));
}

/** The result is not Markdown, and what it contains must not become any. */
function callMarkdown({ label, result }: AnswerCall): string {
  return details(label, fenced(result?.text ?? t("No result"), "text"));
}

function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
