import { admit, promptTokensOf } from "./admission";
import { reportedModelName, composeAnswer } from "./answer";
import type { Catalogue, ModelRow } from "./catalogue";
import type { ChatRequest } from "./chatRequest";
import { answerReply, type FaultContext, faultReply } from "./faults";
import { isFinal } from "./refusals";
import { refusal, refusalWithBody, type Reply } from "./reply";
import type { Script, Step } from "./script";
import { providerOf } from "./stream";

/** The simulator state and callbacks for answering a chat request. */
export interface ChatContext {
  catalogue: Catalogue;
  script: Script;
  now: () => number;
  random: () => number;
  /** Whether the client requested the list of attempts. */
  reportsAttempts: boolean;
  /** Records a request that a real account could be charged for. */
  reportViolation: (text: string) => void;
}

/** The outcome of one candidate, as listed in `openrouter_metadata`. */
interface Attempt {
  provider: string;
  model: string;
  status: number;
}

/**
 * The reply to a validated chat request. Like the service, it tries `model` and then `models` in order until one answers
 * with status 200 or fails with an error that is not about the model.
 */
export function answerChat(request: ChatRequest, context: ChatContext): Reply {
  const ids = [...(request.model === undefined ? [] : [request.model]), ...(request.models ?? [])];
  let planned: { step: Step | undefined } | undefined;
  let last = refusal(400, "No models provided");
  const attempts: Attempt[] = [];
  for (const id of ids) {
    const admission = admit(id, request, context.catalogue, context.random);
    if ("refused" in admission) {
      if (admission.violation !== undefined) context.reportViolation(admission.violation);
      last = admission.refused;
    } else {
      planned ??= { step: context.script.forRequest() };
      const step = planned.step ?? context.script.forCandidate(id);
      last = answerCandidate(step, { request, row: admission.row, attempts }, context);
    }
    attempts.push({ provider: providerOf(id), model: id, status: last.status });
    if (last.status < 400 || isFinal(last.fault ?? "")) break;
  }
  return withAttempts(last, attempts, request, context);
}

/** Adds the outcomes of the earlier candidates to the error that ends the chain. */
function withAttempts(reply: Reply, attempts: readonly Attempt[], request: ChatRequest, context: ChatContext): Reply {
  if (!reply.error) return reply;
  const { error, ...rest } = reply.error;
  const previous = attempts.slice(0, -1).map(({ provider, status }) => ({ provider, code: status, status }));
  const metadata = { ...error.metadata, ...(previous.length > 0 && { previous_errors: previous }) };
  const reportsAttempts = context.reportsAttempts && attempts.length > 0;
  const body = {
    error: { ...error, ...(Object.keys(metadata).length > 0 && { metadata }) },
    ...rest,
    ...(reportsAttempts && { openrouter_metadata: openrouterMetadata(attempts, request) }),
  };
  return { ...reply, ...refusalWithBody(reply.status, body, reply.headers) };
}

function openrouterMetadata(attempts: readonly Attempt[], { model, models }: ChatRequest): Record<string, unknown> {
  return {
    requested: model ?? models?.[0] ?? null,
    strategy: attempts.length > 1 ? "fallback" : "direct",
    region: null,
    attempt: attempts.length,
    is_byok: false,
    attempts,
  };
}

interface Candidate {
  request: ChatRequest;
  row: ModelRow;
  /** The candidates tried before. */
  attempts: readonly Attempt[];
}

function answerCandidate(step: Step, { request, row, attempts }: Candidate, context: ChatContext): Reply {
  const now = context.now();
  const seconds = Math.floor(now / 1000);
  const id = `gen-${seconds}-${Math.floor(context.random() * 2 ** 40).toString(36)}`;
  const provider = providerOf(row.id);
  const allAttempts = [...attempts, { provider, model: row.id, status: 200 }];
  const metadata = context.reportsAttempts ? openrouterMetadata(allAttempts, request) : undefined;
  const faultContext: FaultContext = {
    model: row.id,
    provider,
    now,
    identity: { id, provider, model: reportedModelName(row), created: seconds, metadata },
    answer: composeAnswer(request, row, context.random),
    promptTokens: promptTokensOf(request),
    streaming: request.stream === true,
    options: {},
  };
  const reply = stepReply(step, faultContext);
  if (reply.status !== 200) return reply;
  return {
    ...reply,
    model: row.id,
    intendedText: faultContext.answer.text,
    headers: { ...reply.headers, "x-generation-id": id, "x-provider-name": provider },
  };
}

/** The reply that a planned step gives to a request other than a chat; `undefined` if none is planned. */
export function documentReply(step: Step | undefined, now: number): Reply | undefined {
  if (step === undefined || step === "ok") return undefined;
  const identity = { id: "gen-0", provider: "", model: "", created: 0 };
  const answer = { text: "", finishReason: "stop" };
  return stepReply(step, {
    model: "",
    provider: "",
    now,
    identity,
    answer,
    promptTokens: 0,
    streaming: false,
    options: {},
  });
}

function stepReply(step: Step, context: FaultContext): Reply {
  if (step === "ok") return answerReply(context);
  if (typeof step === "string") return faultReply(step, context);
  if ("fault" in step)
    return faultReply(step.fault, { ...context, answer: { ...context.answer, ...step.answer }, options: step });
  if ("answer" in step) return answerReply(context, { ...context.answer, ...step.answer });
  const { status = 200, headers = { "content-type": "text/event-stream" }, body } = step.reply;
  return { status, headers, frames: [body].flat().map((raw) => ({ raw })) };
}
