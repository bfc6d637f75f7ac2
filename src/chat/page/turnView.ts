import { attemptSummaries, failureMessage } from "../../failureMessages";
import { isBlameless } from "../../router/index";
import { isRunning, type Answer, type StoredAttachment, type StoredImage } from "../conversation/conversation";
import type { Step } from "../conversation/branch";
import { lookView } from "./lookView";
import type { AnswerHeader, AnswerView, AttachmentView, TurnView } from "./protocol";

/** Lookups for values that the page displays. */
export interface ViewDependencies {
  modelName: (id: string) => string;
  imageUrl: (image: StoredImage) => string;
}

/** A turn of the shown branch as the page displays it: messages instead of reasons, names instead of ids. */
export function turnView({ turn, answer, columns, versions }: Step, dependencies: ViewDependencies): TurnView {
  return {
    id: turn.id,
    after: turn.after ?? "",
    question: {
      text: turn.question.text,
      attachments: turn.question.attachments.map((each) => attachmentView(each, dependencies)),
    },
    versions: [...versions],
    variants: turn.answers.map(({ id }) => id),
    ...(columns.length > 0
      ? { columns: columns.map((each) => answerView(each, dependencies)) }
      : answer && { answer: answerView(answer, dependencies) }),
  };
}

function answerView(answer: Answer, dependencies: ViewDependencies): AnswerView {
  return { ...answerHeader(answer, dependencies), text: answer.text, reasoning: answer.reasoning };
}

/** An answer without its text and reasoning. */
export function answerHeader(answer: Answer, { modelName }: ViewDependencies): AnswerHeader {
  const {
    id,
    status,
    startedAt,
    model,
    provider,
    wait,
    reasoningMs,
    timeToFirstTextMs,
    durationMs,
    usage,
    error,
    sentFrom,
  } = answer;
  const look = lookView(answer);
  const tried = answer.failures.map(({ reason }) => reason);
  return {
    id,
    status,
    startedAt,
    failures: attemptSummaries(tried, answer.passedOver),
    notices: [...answer.notices],
    ...(answer.appliedCode && { appliedCode: [...answer.appliedCode] }),
    ...(answer.insertedCode && { insertedCode: [...answer.insertedCode] }),
    ...(model && !hidesModel(answer) && { model: { id: model, name: modelName(model) } }),
    ...(provider && !hidesModel(answer) && { provider }),
    ...(wait && { wait }),
    ...(reasoningMs !== undefined && { reasoningMs }),
    ...(timeToFirstTextMs !== undefined && { timeToFirstTextMs }),
    ...(durationMs !== undefined && { durationMs }),
    ...(usage && { tokens: usage.completionTokens }),
    ...(sentFrom !== undefined && { sentFrom }),
    ...(answer.finishReason === "length" && { truncated: true }),
    ...(look && { look }),
    ...(error && { error: failureMessage({ ...error, tried }, answer.text !== "", answer.reasoning !== "") }),
  };
}

export function attachmentView(
  attachment: StoredAttachment,
  { imageUrl }: Pick<ViewDependencies, "imageUrl">,
): AttachmentView {
  const { id, kind, label } = attachment;
  if (kind === "image") return { id, kind, label, url: imageUrl(attachment) };
  const { cut, text, surroundings, reason } = attachment;
  const length = text.length + (surroundings?.length ?? 0);
  return {
    ...{ id, kind, label, length },
    ...(surroundings !== undefined && { surroundings: true }),
    ...(cut !== undefined && { cut }),
    ...(reason !== undefined && { reason }),
  };
}

/**
 * No model is named under a failure of the account, of the network, or of several models, nor under an answer that was stopped before
 * anything of it arrived after a failure.
 */
function hidesModel(answer: Answer): boolean {
  const { error, text, reasoning, failures } = answer;
  if (isRunning(answer) || text !== "") return false;
  if (error === undefined) return reasoning === "" && failures.length > 0;
  return isBlameless(error.reason) || new Set(failures.map(({ model }) => model)).size > 1;
}
