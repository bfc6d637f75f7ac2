import type { Answer, Conversation, Question, StoredAttachment } from "../conversation/conversation";
import type { AnswerCall } from "../conversation/toolCall";

type Redact = (text: string) => string;

/** The conversation with every text that a person or a model wrote redacted. Ids, models, hashes and image data stay. */
export function redactConversation(conversation: Conversation, redact: Redact): Conversation {
  return {
    ...conversation,
    title: conversation.title === null ? null : redact(conversation.title),
    turns: conversation.turns.map((turn) => ({
      ...turn,
      question: redactQuestion(turn.question, redact),
      answers: turn.answers.map((answer) => redactAnswer(answer, redact)),
    })),
  };
}

function redactQuestion(question: Question, redact: Redact): Question {
  return {
    ...question,
    text: redact(question.text),
    attachments: question.attachments.map((attachment) => redactAttachment(attachment, redact)),
  };
}

function redactAttachment(attachment: StoredAttachment, redact: Redact): StoredAttachment {
  if (attachment.kind === "image") return { ...attachment, label: redact(attachment.label) };
  const { label, text, surroundings, uri } = attachment;
  return {
    ...attachment,
    label: redact(label),
    text: redact(text),
    ...(surroundings !== undefined && { surroundings: redact(surroundings) }),
    ...(uri !== undefined && { uri: redact(uri) }),
  };
}

function redactAnswer(answer: Answer, redact: Redact): Answer {
  const { text, reasoning, failures, notices, error, calls } = answer;
  return {
    ...answer,
    text: redact(text),
    reasoning: redact(reasoning),
    failures: failures.map((failure) => ({ ...failure, message: redact(failure.message) })),
    notices: notices.map(redact),
    ...(calls && { calls: calls.map((call) => redactCall(call, redact)) }),
    ...(error && {
      error: {
        ...error,
        ...(error.detail !== undefined && { detail: redact(error.detail) }),
        ...(error.complaint !== undefined && { complaint: redact(error.complaint) }),
        ...(error.link !== undefined && { link: redact(error.link) }),
      },
    }),
  };
}

function redactCall(call: AnswerCall, redact: Redact): AnswerCall {
  const { label, result } = call;
  return {
    ...call,
    ...{ label: redact(label), arguments: redact(call.arguments) },
    ...(result && { result: { ...result, text: redact(result.text) } }),
  };
}
