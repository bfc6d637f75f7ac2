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

/** A conversation with the bytes of its pictures, by attachment id. */
export interface ConversationWithImages {
  conversation: Conversation;
  images: ReadonlyMap<string, ImageAttachment>;
}

const format = "free-models-chat";

/** Conversations as a file that `readExport` reads again, with everything in them: every variant, every picture. */
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

/** What an exported file holds. Throws an `Error` with a sentence where it is no such file. */
export function readExport(text: string): ConversationWithImages[] {
  const result = exported.safeParse(parseJson(text));
  if (!result.success) throw notAnExport();
  return result.data.conversations.map(({ id, events, images }) => {
    const known = events.map(parseEvent).filter((event) => event !== undefined);
    const conversation = known.reduce(apply, emptyConversation(id, 0));
    const pictureData = new Map(Object.entries(images)); // An object knows "constructor" as well.
    const pictures = storedImages(conversation).flatMap((image) => {
      const data = pictureData.get(image.id);
      return data === undefined ? [] : [[image.id, { ...image, data }] as const];
    });
    return { conversation, images: new Map(pictures) };
  });
}

/** A file in which nothing was said that this version understands. */
export function notAnExport(): Error {
  return new Error(t("This file holds no chats that were exported from here."));
}

/** The conversation without the addresses of what is not here: whoever wrote a file that is imported chose them. */
export function removeForeignUris(conversation: Conversation, isHere: (address: string) => boolean): Conversation {
  const known = (attachment: StoredAttachment): StoredAttachment => {
    if (attachment.kind === "image" || attachment.uri === undefined || isHere(attachment.uri)) return attachment;
    const unknown = { ...attachment };
    delete unknown.uri;
    return unknown;
  };
  const turns = conversation.turns.map((turn) => {
    const attachments = turn.question.attachments.map(known);
    return { ...turn, question: { ...turn.question, attachments } };
  });
  return { ...conversation, turns };
}

/** How an answer ended that is not whole; one that is still written is not yet. */
const endings: Partial<Record<AnswerStatus, () => string>> = {
  waiting: () => t("unfinished"),
  streaming: () => t("unfinished"),
  stopped: () => t("stopped"),
  interrupted: () => t("interrupted"),
  failed: () => t("failed"),
};

/** The branch that is shown, as a document to read: questions as headings, attachments folded, answers with the model's name. */
export function exportMarkdown(conversation: Conversation, modelName: (id: string) => string): string {
  const parts = [`# ${conversationTitle(conversation)}`];
  for (const { turn, answer } of shownBranch(conversation)) {
    parts.push(`## ${t("Question")}`, turn.question.text, ...turn.question.attachments.map(attachmentMarkdown));
    if (!answer) continue;
    const author = answer.model ? modelName(answer.model) : t("Answer");
    const ending = endings[answer.status]?.();
    parts.push(`## ${author}${ending === undefined ? "" : ` (${ending})`}`, answer.text);
  }
  return `${parts.filter((part) => part !== "").join("\n\n")}\n`;
}

function attachmentMarkdown(attachment: StoredAttachment): string {
  if (attachment.kind === "image") return `*${t("Picture: {0}", attachment.label)}*`;
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
