import { admit, promptTokensOf } from "./admission";
import { answeringName, compose } from "./answer";
import type { Catalogue, ModelRow } from "./catalogue";
import type { ChatRequest } from "./chatRequest";
import { answerReply, type FaultContext, faultReply } from "./faults";
import { isFinal } from "./refusals";
import { refusal, refusalOf, type Reply } from "./reply";
import type { Script, Step } from "./script";
import { providerOf } from "./stream";

/** What answering a chat request takes. */
export interface Desk {
  catalogue: Catalogue;
  script: Script;
  now: () => number;
  random: () => number;
  /** Told of every request that a real account could be charged for. */
  violation: (text: string) => void;
}

/**
 * The reply to one checked chat request: `model` and then `models` are tried in order, as the service does, until one
 * answers with status 200 or says something that no other model would change.
 */
export function answerChat(request: ChatRequest, desk: Desk): Reply {
  const ids = [...(request.model === undefined ? [] : [request.model]), ...(request.models ?? [])];
  if (ids.length === 0) return refusal(400, "No models provided");
  let planned: Step | undefined;
  let isPlanned = false;
  let last: Reply | undefined;
  const previous: { provider: string; code: number; status: number }[] = [];
  for (const id of ids) {
    const admission = admit(id, request, desk.catalogue, desk.random);
    if ("refused" in admission) {
      if (admission.violation !== undefined) desk.violation(admission.violation);
      last = admission.refused;
    } else {
      if (!isPlanned) planned = desk.script.forRequest();
      isPlanned = true;
      const step = planned ?? desk.script.forCandidate(id);
      last = perform(step, request, admission.row, desk);
      const movesOn = last.status >= 400 && !isFinal(last.fault ?? "");
      if (!movesOn) return last;
    }
    previous.push({ provider: providerOf(id), code: last.status, status: last.status });
  }
  return previous.length > 1 && last ? withPrevious(last, previous.slice(0, -1)) : (last ?? refusal(500, "No reply"));
}

/** The last error tells of the ones before it. */
function withPrevious(reply: Reply, previous_errors: readonly unknown[]): Reply {
  if (!reply.error) return reply;
  const { error, ...rest } = reply.error;
  const body = { error: { ...error, metadata: { ...error.metadata, previous_errors } }, ...rest };
  return { ...reply, ...refusalOf(reply.status, body, reply.headers) };
}

function perform(step: Step, request: ChatRequest, row: ModelRow, desk: Desk): Reply {
  const present = desk.now();
  const seconds = Math.floor(present / 1000);
  const id = `gen-${seconds}-${Math.floor(desk.random() * 2 ** 40).toString(36)}`;
  const provider = providerOf(row.id);
  const context: FaultContext = {
    model: row.id,
    provider,
    now: present,
    speaker: { id, provider, model: answeringName(row), created: seconds },
    answer: compose(request, row, desk.random),
    promptTokens: promptTokensOf(request),
    streaming: request.stream === true,
    wish: {},
  };
  const reply = stepReply(step, context);
  if (reply.status !== 200) return reply;
  return { ...reply, model: row.id, headers: { ...reply.headers, "x-generation-id": id, "x-provider-name": provider } };
}

function stepReply(step: Step, context: FaultContext): Reply {
  if (step === "ok") return answerReply(context);
  if (typeof step === "string") return faultReply(step, context);
  if ("fault" in step) return faultReply(step.fault, { ...context, wish: step });
  if ("answer" in step) return answerReply(context, { ...context.answer, ...step.answer });
  const { status = 200, headers = { "content-type": "text/event-stream" }, body } = step.reply;
  return { status, headers, frames: [body].flat().map((raw) => ({ raw })) };
}
