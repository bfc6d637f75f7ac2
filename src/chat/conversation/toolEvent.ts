import type { Answer } from "./conversation";
import type { AnswerCall, AnswerRequests, CallResult } from "./toolCall";

/** No answer has as many calls, except in a file from elsewhere; each one copies the list. */
const maxCalls = 200;

/**
 * The events of looking into the project. Types of their own instead of fields of `answer-change`: version 0.1.0 keeps events that it does not
 * know, but drops unknown fields.
 */
export type ToolEvent =
  | { type: "request-start"; answer: string; current: number; most: number; left?: number; isLast?: true }
  | {
      type: "tool-call";
      answer: string;
      call: string;
      round: number;
      name: string;
      arguments: string;
      label: string;
      at: number;
    }
  | { type: "tool-result"; answer: string; call: string; text: string; isProblem?: true };

/** The answer as the event changes it. */
export function withToolEvent(answer: Answer, event: ToolEvent): Answer {
  const { calls = [] } = answer;
  switch (event.type) {
    case "request-start": {
      const { current, most, left, isLast } = event;
      const requests = { current, most, ...(left !== undefined && { left }), ...(isLast && { isLast }) };
      return { ...answer, requests };
    }
    case "tool-call": {
      const { call: id, round, name, label, at } = event;
      if (calls.length >= maxCalls || calls.some((each) => each.id === id)) return answer;
      return { ...answer, calls: [...calls, { id, round, name, arguments: event.arguments, label, at }] };
    }
    case "tool-result": {
      const { call, text, isProblem } = event;
      if (!calls.some((each) => each.id === call)) return answer;
      const result: CallResult = { text, ...(isProblem && { isProblem }) };
      return { ...answer, calls: calls.map((each) => (each.id === call ? { ...each, result } : each)) };
    }
  }
}

/** The events that give an answer without calls these calls and this state. */
export function toolEvents(answer: string, calls: readonly AnswerCall[] = [], requests?: AnswerRequests): ToolEvent[] {
  return [
    ...(requests ? [{ type: "request-start" as const, answer, ...requests }] : []),
    ...calls.flatMap(({ id: call, result, ...made }): ToolEvent[] => [
      { type: "tool-call", answer, call, ...made },
      ...(result ? [{ type: "tool-result" as const, answer, call, ...result }] : []),
    ]),
  ];
}

/** The call with this id among all answers, or `undefined`. */
export function findCall(answers: readonly Answer[], id: string): AnswerCall | undefined {
  for (const { calls = [] } of answers) {
    const call = calls.find((each) => each.id === id);
    if (call) return call;
  }
  return undefined;
}
