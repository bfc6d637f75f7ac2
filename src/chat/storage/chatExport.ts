import { t } from "@vscode/l10n";
import * as z from "zod/mini";
import type { ImageAttachment } from "../../context/attachment";
import type { AnswerStatus } from "../conversation/answerStatus";
import { storedImages, type Conversation, type StoredAttachment } from "../conversation/conversation";
import { apply, emptyConversation } from "../conversation/conversationEvent";
import { parseEvent } from "./conversationSchema";
import { shownBranch } from "../conversation/branch";
import { attachmentText } from "../../context/attachmentText";
import { snapshot } from "../conversation/snapshot";
import { conversationTitle } from "../conversation/conversationTitle";

/** A conversation with the data of its images, by attachment id. */
export interface ConversationWithImages {
  conversation: Conversation;
  images: ReadonlyMap<string, ImageAttachment>;
}

const format = "free-models-chat";

/** A JSON file that `readExport` reads, with every variant and every image of the conversations. */
export function exportJson(conversations: readonly ConversationWithImages[]): string {
  const parts = conversations.map(({ conversation, images }) => ({
    id: conversation.id,
    events: snapshot(conversation),
    images: Object.fromEntries([...images].map(([id, { data }]) => [id, data])),
  }));
  return `${JSON.stringify({ format, version: 1, conversations: parts }, undefined, 1)}\n`;
}

const exported = z.object({
  format: z.literal(format),
  version: z.literal(1),
  conversations: z.array(
    z.object({ id: z.string(), events: z.array(z.unknown()), images: z.record(z.string(), z.string()) }),
  ),
});

/** The conversations of an exported file. Throws an `Error` with a message for the user if the file is not an export. */
export function readExport(text: string): ConversationWithImages[] {
  const result = exported.safeParse(parseJson(text));
  if (!result.success) throw notAnExport();
  return result.data.conversations.map(({ id, events, images }) => {
    const known = events.map(parseEvent).filter((event) => event !== undefined);
    const conversation = known.reduce(apply, emptyConversation(id, 0));
    const imageData = new Map(Object.entries(images)); // A map, since objects inherit keys such as "constructor".
    const found = storedImages(conversation).flatMap((image) => {
      const data = imageData.get(image.id);
      return data === undefined ? [] : [[image.id, { ...image, data }] as const];
    });
    return { conversation, images: new Map(found) };
  });
}

/** The error for a file without any conversation that this version can read. */
export function notAnExport(): Error {
  return new Error(t("The file contains no exported chats."));
}

/** Removes attachment URIs outside the workspace. In an imported file its author chose them. */
export function removeForeignUris(conversation: Conversation, isInWorkspace: (uri: string) => boolean): Conversation {
  const keepOwnUri = (attachment: StoredAttachment): StoredAttachment => {
    if (attachment.kind === "image" || attachment.uri === undefined || isInWorkspace(attachment.uri)) return attachment;
    const withoutUri = { ...attachment };
    delete withoutUri.uri;
    return withoutUri;
  };
  const turns = conversation.turns.map((turn) => {
    const attachments = turn.question.attachments.map(keepOwnUri);
    return { ...turn, question: { ...turn.question, attachments } };
  });
  return { ...conversation, turns };
}

/** Labels of answers that are not complete. */
const statusLabels: Partial<Record<AnswerStatus, () => string>> = {
  waiting: () => t("unfinished"),
  streaming: () => t("unfinished"),
  stopped: () => t("stopped"),
  interrupted: () => t("interrupted"),
  failed: () => t("failed"),
};

/** The shown branch as a Markdown document, with a heading per question and answer and collapsed attachments. */
export function exportMarkdown(conversation: Conversation, modelName: (id: string) => string): string {
  const parts = [`# ${conversationTitle(conversation)}`];
  for (const { turn, answer } of shownBranch(conversation)) {
    parts.push(`## ${t("Question")}`, turn.question.text, ...turn.question.attachments.map(attachmentMarkdown));
    if (!answer) continue;
    const author = answer.model ? modelName(answer.model) : t("Answer");
    const status = statusLabels[answer.status]?.();
    parts.push(`## ${author}${status === undefined ? "" : ` (${status})`}`, answer.text);
  }
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

function attachmentMarkdown(attachment: StoredAttachment): string {
  if (attachment.kind === "image") return `*${t("Image: {0}", attachment.label)}*`;
  return `<details>\n<summary>${escapeHtml(attachment.label)}</summary>\n\n${attachmentText(attachment)}\n\n</details>`;
}

function escapeHtml(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
