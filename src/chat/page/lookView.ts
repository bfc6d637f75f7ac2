import { isRunning, type Answer } from "../conversation/conversation";
import type { AnswerCall } from "../conversation/toolCall";
import type { CallView, LookView } from "./protocol";

/** How an answer looks into the project, without the results; `undefined` if it does not. */
export function lookView(answer: Answer): LookView | undefined {
  const { requests, calls = [], attempts, failures } = answer;
  if (!requests) return undefined;
  const { current, most, left, isLast } = requests;
  return {
    ...{ current, most, failed: failures.length, calls: calls.map((call) => callView(call, isRunning(answer))) },
    ...(left !== undefined && { left }),
    ...(isLast && { isLast }),
    ...(attempts !== undefined && { sent: attempts }),
  };
}

function callView({ id, name, label, result }: AnswerCall, isAnswerRunning: boolean): CallView {
  const ended = result?.isProblem ? "problem" : "done";
  return { id, name, label, state: result ? ended : isAnswerRunning ? "running" : "problem" };
}
