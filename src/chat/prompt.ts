import type { ImageAttachment, TextAttachment, TextKind } from "../context/attachment";
import type { CompletionRequest, ContentPart, Message } from "../router/index";
import type { StoredAttachment, StoredImage } from "./conversation";
import type { Step } from "./path";

/** What a request needs beside the conversation itself. */
export interface PromptSources {
  /** The user's own instructions; empty for none. */
  instructions: string;
  readImage: (image: StoredImage) => Promise<ImageAttachment | undefined>;
}

/** Not for the user's eyes, so in English for every model, and short: it is sent with every question. */
const systemPrompt = [
  "You are a programming assistant in the side bar of VS Code.",
  "Answer in Markdown, in the language of the question, as briefly as the question allows.",
  "Put code in fenced blocks that name their language. When you change code that was given to you, keep its indentation and style.",
  "Say so when you do not know.",
].join(" ");

const kindWords: Readonly<Record<TextKind, string>> = {
  selection: "Selected code",
  file: "File",
  folder: "Folder listing",
  problem: "Problem reported by the editor",
  terminal: "Terminal output",
  diff: "Changes as a diff",
  instructions: "Instructions for work in this project",
};

/** The request that asks for an answer to the last of these steps; its own answer, and later ones, play no part. */
export async function completionRequest(steps: readonly Step[], sources: PromptSources): Promise<CompletionRequest> {
  const instructions = sources.instructions.trim();
  const system = instructions === "" ? systemPrompt : `${systemPrompt}\n\nThe user's instructions:\n${instructions}`;
  const messages: Message[] = [{ role: "system", content: system }];
  for (const [index, { turn, answer }] of steps.entries()) {
    addUserMessage(messages, await questionParts(turn.question, sources));
    if (index < steps.length - 1 && answer?.text) messages.push({ role: "assistant", content: answer.text });
  }
  return { messages: messages.map(plainWherePossible) };
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
  { readImage }: PromptSources,
): Promise<ContentPart[]> {
  const parts: ContentPart[] = [];
  const texts: string[] = [];
  for (const attachment of attachments) {
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

/** An attachment as the model reads it: what it is and where it comes from, then its text between fences that it cannot close. */
export function attachmentText({ kind, label, text, surroundings, languageId, cut }: TextAttachment): string {
  const heading = `${kindWords[kind]}: ${label}${cut === undefined ? "" : ` (left out: ${cut})`}`;
  const orientation =
    surroundings === undefined
      ? ""
      : `\nFor orientation, what stands around it in the file (“⋯” for what is left out):\n${fenced(surroundings, languageId)}`;
  return `${heading}\n${fenced(text, languageId)}${orientation}`;
}

function fenced(text: string, languageId = ""): string {
  const longest = Math.max(2, ...Array.from(text.matchAll(/`{3,}/g), ([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${languageId}\n${text}${text.endsWith("\n") ? "" : "\n"}${fence}`;
}

/** Text alone is sent as a string: some hosts take parts only from models with pictures. */
function plainWherePossible(message: Message): Message {
  if (typeof message.content === "string" || message.content === null) return message;
  const texts = message.content.flatMap((part) => (part.type === "text" ? [part.text] : []));
  return texts.length < message.content.length ? message : { ...message, content: texts.join("\n\n") };
}
