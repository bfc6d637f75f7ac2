import type { Failure } from "../../failureMessages";
import { servicePages, type AttemptFailure } from "../../router/index";
import type { Answer, Conversation, StoredAttachment, Turn } from "../conversation/conversation";
import type { AnswerCall } from "../conversation/toolCall";

/** Longer texts of an imported chat are cut, in characters. No model writes or reads more. */
const maxTextLength = 1_000_000;
/** The same for names, titles and messages, which are shown on one line. */
const maxLabelLength = 1_000;
/** How many attachments of a question, and notices or failures of an answer, are imported. */
const maxItems = 200;

/**
 * A conversation from a file that others may have written, without what could act in the user's name: instructions become files, since
 * those of a chat are part of the system message; attachments lose URIs outside the workspace, which *Apply* would open; and failures lose links
 * to pages other than the service's, which a button would open. Cuts huge fields. Keeps the order of fields, by which `findSame` compares.
 */
export function importedConversation(
  conversation: Conversation,
  isInWorkspace: (uri: string) => boolean,
): Conversation {
  const { title, turns } = conversation;
  return {
    ...conversation,
    title: title === null ? null : cutLabel(title),
    turns: turns.map((turn) => importedTurn(turn, isInWorkspace)),
  };
}

function importedTurn(turn: Turn, isInWorkspace: (uri: string) => boolean): Turn {
  const { question, answers } = turn;
  const attachments = question.attachments.slice(0, maxItems).map((each) => importedAttachment(each, isInWorkspace));
  return {
    ...turn,
    question: { ...question, text: cutText(question.text), attachments },
    answers: answers.map(importedAnswer),
  };
}

function importedAttachment(original: StoredAttachment, isInWorkspace: (uri: string) => boolean): StoredAttachment {
  const attachment = { ...original, label: cutLabel(original.label) };
  if (attachment.kind === "image") return attachment;
  if (attachment.kind === "instructions") attachment.kind = "file";
  attachment.text = cutText(attachment.text);
  if (attachment.uri !== undefined && !isInWorkspace(attachment.uri)) delete attachment.uri;
  // The language becomes part of a code fence.
  if (!/^[\w+#.-]{1,50}$/.test(attachment.languageId ?? "")) delete attachment.languageId;
  if (attachment.surroundings !== undefined) attachment.surroundings = cutText(attachment.surroundings);
  if (attachment.cut !== undefined) attachment.cut = cutLabel(attachment.cut);
  if (attachment.reason !== undefined) attachment.reason = cutLabel(attachment.reason);
  return attachment;
}

function importedAnswer(answer: Answer): Answer {
  const { text, reasoning, notices, failures, model, provider, error, calls } = answer;
  return {
    ...answer,
    ...{ text: cutText(text), reasoning: cutText(reasoning) },
    notices: notices.slice(0, maxItems).map(cutLabel),
    failures: failures.slice(0, maxItems).map(importedFailure),
    ...(model != null && { model: cutLabel(model) }),
    ...(provider != null && { provider: cutLabel(provider) }),
    ...(error && { error: importedError(error) }),
    ...(calls && { calls: calls.map(importedCall) }),
  };
}

function importedCall(call: AnswerCall): AnswerCall {
  const { name, label, result } = call;
  return {
    ...call,
    ...{ name: cutLabel(name), label: cutLabel(label), arguments: cutText(call.arguments) },
    ...(result && { result: { ...result, text: cutText(result.text) } }),
  };
}

function importedFailure(failure: AttemptFailure): AttemptFailure {
  return { ...failure, model: cutLabel(failure.model), message: cutLabel(failure.message) };
}

function importedError(original: Failure): Failure {
  const { link, service, detail, complaint } = original;
  const error: { -readonly [field in keyof Failure]: Failure[field] } = {
    ...original,
    ...(service !== undefined && { service: cutLabel(service) }),
    ...(detail !== undefined && { detail: cutText(detail) }),
    ...(complaint !== undefined && { complaint: cutLabel(complaint) }),
  };
  // Without a link, the message has the service's own page, or none.
  if (link !== undefined && !isServicePage(link)) delete error.link;
  return error;
}

function isServicePage(link: string): boolean {
  const origin = URL.parse(link)?.origin;
  return Object.values(servicePages).some((page) => new URL(page).origin === origin);
}

function cutText(text: string): string {
  return text.slice(0, maxTextLength);
}

function cutLabel(text: string): string {
  return text.slice(0, maxLabelLength);
}
