import { admit, promptTokensOf } from "./admission";
import { answeringName, composeAnswer } from "./answer";
import type { Catalogue, ModelRow } from "./catalogue";
import type { ChatRequest } from "./chatRequest";
import { answerReply, type FaultContext, faultReply } from "./faults";
import { isFinal } from "./refusals";
import { refusal, refusalWithBody, type Reply } from "./reply";
import type { Script, Step } from "./script";
import { providerOf } from "./stream";

/** What answering a chat request takes. */
export interface ChatContext {
  catalogue: Catalogue;
  script: Script;
  now: () => number;
  random: () => number;
  /** Whether the client asked to be told what was tried. */
  reportsAttempts: boolean;
  /** Told of every request that a real account could be charged for. */
  reportViolation: (text: string) => void;
}

/** How one candidate ended, as `openrouter_metadata` tells it. */
interface Attempt {
  provider: string;
  model: string;
  status: number;
}

/**
 * The reply to one checked chat request: `model` and then `models` are tried in order, as the service does, until one
 * answers with status 200 or says something that no other model would change.
 */
export function answerChat(request: ChatRequest, desk: ChatContext): Reply {
  const ids = [...(request.model === undefined ? [] : [request.model]), ...(request.models ?? [])];
  let planned: { step: Step | undefined } | undefined;
  let last = refusal(400, "No models provided");
  const attempts: Attempt[] = [];
  for (const id of ids) {
    const admission = admit(id, request, desk.catalogue, desk.random);
    if ("refused" in admission) {
      if (admission.violation !== undefined) desk.reportViolation(admission.violation);
      last = admission.refused;
    } else {
      planned ??= { step: desk.script.forRequest() };
      const step = planned.step ?? desk.script.forCandidate(id);
      last = perform(step, { request, row: admission.row, attempts }, desk);
    }
    attempts.push({ provider: providerOf(id), model: id, status: last.status });
    if (last.status < 400 || isFinal(last.fault ?? "")) break;
  }
  return withAttempts(last, attempts, request, desk);
}

/** An error that ends a chain of candidates tells how the ones before it ended. */
function withAttempts(reply: Reply, attempts: readonly Attempt[], request: ChatRequest, desk: ChatContext): Reply {
  if (!reply.error) return reply;
  const { error, ...rest } = reply.error;
  const previous = attempts.slice(0, -1).map(({ provider, status }) => ({ provider, code: status, status }));
  const metadata = { ...error.metadata, ...(previous.length > 0 && { previous_errors: previous }) };
  const told = desk.reportsAttempts && attempts.length > 0;
  const body = {
    error: { ...error, ...(Object.keys(metadata).length > 0 && { metadata }) },
    ...rest,
    ...(told && { openrouter_metadata: openrouterMetadata(attempts, request) }),
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
  /** The candidates before it. */
  attempts: readonly Attempt[];
}

function perform(step: Step, { request, row, attempts }: Candidate, desk: ChatContext): Reply {
  const present = desk.now();
  const seconds = Math.floor(present / 1000);
  const id = `gen-${seconds}-${Math.floor(desk.random() * 2 ** 40).toString(36)}`;
  const provider = providerOf(row.id);
  const all = [...attempts, { provider, model: row.id, status: 200 }];
  const metadata = desk.reportsAttempts ? openrouterMetadata(all, request) : undefined;
  const context: FaultContext = {
    model: row.id,
    provider,
    now: present,
    identity: { id, provider, model: answeringName(row), created: seconds, metadata },
    answer: composeAnswer(request, row, desk.random),
    promptTokens: promptTokensOf(request),
    streaming: request.stream === true,
    options: {},
  };
  const reply = stepReply(step, context);
  if (reply.status !== 200) return reply;
  return {
    ...reply,
    model: row.id,
    intendedText: context.answer.text,
    headers: { ...reply.headers, "x-generation-id": id, "x-provider-name": provider },
  };
}

/** What a planned step makes of a request that is not for a model; `undefined` where all is well. */
export function documentReply(step: Step, now: number): Reply | undefined {
  if (step === "ok") return undefined;
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
  if ("fault" in step) return faultReply(step.fault, { ...context, options: step });
  if ("answer" in step) return answerReply(context, { ...context.answer, ...step.answer });
  const { status = 200, headers = { "content-type": "text/event-stream" }, body } = step.reply;
  return { status, headers, frames: [body].flat().map((raw) => ({ raw })) };
}
