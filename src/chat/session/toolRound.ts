import { t } from "@vscode/l10n";
import { withTimeout } from "../../lifecycle";
import type { ToolCall } from "../../router/index";
import type { PreparedCall, ProjectTools, ResultPart, ToolOutput } from "../../context/projectTools";
import type { AnsweredCall } from "./toolExchange";

/** More calls of one reply are not run. */
export const maxCalls = 12;
/** A tool that takes longer has failed. In milliseconds. */
const callTimeoutMs = 10_000;

/** A call with what it does, before it is run. */
export interface PlannedCall extends Omit<AnsweredCall, "parts" | "isProblem"> {
  readonly label: string;
  readonly run: (signal: AbortSignal) => Promise<ToolOutput>;
  /** It has been answered before. */
  readonly isRepeated: boolean;
}

export interface RoundPlan {
  readonly calls: readonly PlannedCall[];
  /** How many further calls are left out. */
  readonly omitted: number;
}

/** Plans the calls of one reply. `answered` has the keys of the calls before, to which the new ones are added. */
export function planRound(
  calls: readonly ToolCall[],
  tools: ProjectTools,
  answered: Set<string>,
  newId: () => string,
): RoundPlan {
  const planned = calls.slice(0, maxCalls).map(({ id: modelsId, name, arguments: parameters }): PlannedCall => {
    const key = keyOf(name, parameters);
    const isRepeated = answered.has(key);
    answered.add(key);
    const prepared = tools.prepare(name, parameters);
    return {
      ...{ id: newId(), modelsId, name, arguments: JSON.stringify(parameters ?? {}), isRepeated },
      label: prepared?.label ?? t("Unknown tool: {0}", name.slice(0, 64)),
      run: isRepeated ? reply("You have made this call before; its result is above.") : runOf(prepared),
    };
  });
  return { calls: planned, omitted: calls.length - planned.length };
}

/**
 * Runs the calls. All results together have at most `room` characters. Never rejects: what goes wrong is a result as well. If the signal aborts,
 * the calls that are not finished have no other result than that.
 */
export async function runRound(
  { calls, omitted }: RoundPlan,
  room: number,
  signal: AbortSignal,
): Promise<readonly AnsweredCall[]> {
  const outputs = await Promise.all(calls.map((call) => outputOf(call, signal)));
  let left = room;
  return calls.map(({ id, modelsId, name, arguments: parameters }, index) => {
    const output = outputs[index] ?? { problem: "The call was not run." };
    const isProblem = "problem" in output;
    const parts = isProblem ? [{ text: output.problem }] : fittingParts(output.parts, left);
    left -= lengthOf(parts);
    const isLast = index === calls.length - 1;
    const note = { text: `${omitted} more calls were not run: at most ${maxCalls} are run at once.` };
    return {
      ...{ id, modelsId, name, arguments: parameters },
      parts: isLast && omitted > 0 ? [...parts, note] : parts,
      ...(isProblem && { isProblem }),
    };
  });
}

/** How many characters of results the calls have. */
export function lengthOf(parts: readonly ResultPart[]): number {
  return parts.reduce((sum, { heading = "", text }) => sum + heading.length + text.length, 0);
}

async function outputOf({ run }: PlannedCall, signal: AbortSignal): Promise<ToolOutput> {
  const running = run(signal).catch((): ToolOutput => ({ problem: "The call failed." }));
  const output = await withTimeout(callTimeoutMs, running, signal);
  if (output) return output;
  return { problem: signal.aborted ? "The user wants the answer now." : "The call took too long." };
}

/** The parts that fit, the last one cut. */
function fittingParts(parts: readonly ResultPart[], room: number): ResultPart[] {
  const fitting: ResultPart[] = [];
  let left = room;
  for (const part of parts) {
    const space = left - (part.heading ?? "").length;
    if (space <= 0) {
      fitting.push({ text: "(More was found, but there is no room for it.)" });
      break;
    }
    const isCut = part.text.length > space;
    fitting.push(isCut ? { ...part, text: `${part.text.slice(0, space)}\n(Cut: there is no room for more.)` } : part);
    left -= lengthOf([part]);
  }
  return fitting;
}

function runOf(prepared: PreparedCall | undefined): PlannedCall["run"] {
  return prepared ? async (signal) => prepared.run(signal) : refuse("There is no such tool.");
}

/** The call had a result before, so the user is shown no problem. */
function reply(text: string): PlannedCall["run"] {
  return () => Promise.resolve({ parts: [{ text }] });
}

function refuse(problem: string): PlannedCall["run"] {
  return () => Promise.resolve({ problem });
}

/** The same for the same parameters in another order. */
function keyOf(name: string, parameters: unknown): string {
  const isObject = typeof parameters === "object" && parameters !== null;
  return JSON.stringify([
    name,
    isObject ? Object.entries(parameters).sort(([a], [b]) => (a < b ? -1 : 1)) : parameters,
  ]);
}
