import { attachmentText } from "../../context/attachmentText";
import type { ImageAttachment, TextAttachment } from "../../context/attachment";
import type { CompletionRequest, ContentPart, Message } from "../../router/index";
import type { StoredAttachment, StoredImage } from "../conversation/conversation";
import type { Step } from "../conversation/branch";

/** What a request needs beside the conversation itself. */
export interface PromptOptions {
  /** The user's own instructions; empty for none. */
  instructions: string;
  /** What the project asks of whoever works in it. */
  projectInstructions: readonly TextAttachment[];
  readImage: (image: StoredImage) => Promise<ImageAttachment | undefined>;
}

/** Not for the user's eyes, so in English for every model, and short: it is sent with every question. */
const systemPrompt = [
  "You are a programming assistant in the side bar of VS Code.",
  "Answer in Markdown, in the language of the question, as briefly as the question allows.",
  "Put code in fenced blocks that name their language. When you change code that was given to you, keep its indentation and style.",
  "Say so when you do not know.",
].join(" ");

/** The request that asks for an answer to the last of these steps; its own answer, and later ones, play no part. */
export async function completionRequest(steps: readonly Step[], sources: PromptOptions): Promise<CompletionRequest> {
  const messages: Message[] = [{ role: "system", content: systemText(sources) }];
  for (const [index, { turn, answer }] of steps.entries()) {
    addUserMessage(messages, await questionParts(turn.question, sources));
    if (index < steps.length - 1 && answer?.text) messages.push({ role: "assistant", content: answer.text });
  }
  return { messages: messages.map(plainWherePossible) };
}

/** Instructions that were attached to a question: like those of the project they hold for the whole conversation. */
export function attachedInstructions(steps: readonly Step[]): TextAttachment[] {
  return steps.flatMap(({ turn }) =>
    turn.question.attachments.filter((each): each is TextAttachment => each.kind === "instructions"),
  );
}

/** The user has the last word. */
function systemText({ instructions, projectInstructions }: PromptOptions): string {
  const own = instructions.trim();
  return [
    systemPrompt,
    ...projectInstructions.map(
      ({ label, text }) => `Instructions for work in this project (${label}):\n${text.trim()}`,
    ),
    ...(own === "" ? [] : [`The user's instructions:\n${own}`]),
  ].join("\n\n");
}

/** Two questions in a row (the first got no answer) become one message: many models insist on alternation. */
function addUserMessage(messages: Message[], parts: readonly ContentPart[]): void {
  const last = messages.at(-1);
  const before = last?.role === "user" && typeof last.content === "object" ? last.content : null;
  if (before) messages.pop();
  messages.push({ role: "user", content: [...(before ?? []), ...parts] });
}

async function questionParts(
  { text, attachments }: { text: string; attachments: readonly StoredAttachment[] },
  { readImage }: PromptOptions,
): Promise<ContentPart[]> {
  const parts: ContentPart[] = [];
  const texts: string[] = [];
  for (const attachment of attachments) {
    if (attachment.kind === "instructions") continue; // They stand in the system message.
    if (attachment.kind !== "image") {
      texts.push(attachmentText(attachment));
      continue;
    }
    const image = await readImage(attachment);
    if (image) parts.push({ type: "image_url", image_url: { url: `data:${image.mediaType};base64,${image.data}` } });
    else texts.push(`(The picture ${attachment.label} is no longer available.)`);
  }
  if (text !== "") texts.push(text);
  return [{ type: "text", text: texts.join("\n\n") }, ...parts];
}

/** Text alone is sent as a string: some hosts take parts only from models with pictures. */
function plainWherePossible(message: Message): Message {
  if (typeof message.content === "string" || message.content === null) return message;
  const texts = message.content.flatMap((part) => (part.type === "text" ? [part.text] : []));
  return texts.length < message.content.length ? message : { ...message, content: texts.join("\n\n") };
}
