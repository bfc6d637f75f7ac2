import type { LookCloser } from "../../../../src/chat/session/lookCloser";
import type { PreparedCall, ToolOutput } from "../../../../src/context/projectTools";
import type { RouterError, RouterEvent, ToolCall } from "../../../../src/router/index";

/** Tools that read files of a made-up project. `read` has the paths that were read, in order. */
export function scriptedTools(files: Readonly<Record<string, string>>, { rounds = 3, isOn = true } = {}) {
  const read: string[] = [];
  const prepare = (name: string, parameters: unknown): PreparedCall | undefined => {
    if (name !== "read_lines") return undefined;
    const path = (parameters as { path?: unknown } | null)?.path;
    return {
      label: `Read ${String(path)}`,
      run: (): Promise<ToolOutput> => {
        read.push(String(path));
        const text = files[String(path)];
        if (path === "broken.ts") return Promise.reject(new Error("the disk is broken"));
        if (text === undefined) return Promise.resolve({ problem: "There is no such file or folder." });
        const uri = `file:///w/${String(path)}`;
        return Promise.resolve({ parts: [{ heading: `${String(path)}:1`, text, uri, firstLine: 0 }] });
      },
    };
  };
  const definition = { type: "function", function: { name: "read_lines", parameters: { type: "object" } } } as const;
  const lookCloser: LookCloser = {
    rounds: () => rounds,
    isOn: () => isOn,
    setOn: () => undefined,
    tools: () => Promise.resolve({ definitions: [definition], prepare }),
  };
  return { lookCloser, read };
}

/** The events of a reply that calls tools. */
export function callEvents(
  calls: readonly (readonly [name: string, parameters: unknown])[],
  { text = "", model = "m/one:free" } = {},
): RouterEvent[] {
  return [
    { type: "attempt-start", attempt: 1, model, fallbacks: [] },
    ...(text === "" ? [] : [{ type: "text-delta" as const, text }]),
    ...calls.map(([name, parameters], index): RouterEvent & ToolCall => ({
      ...{ type: "tool-call", id: `call_${index}`, name, arguments: parameters },
    })),
    {
      ...{ type: "completion-end", model, finishReason: "tool_calls", attempts: 1, passedOver: [], durationMs: 10 },
      usage: { promptTokens: 100, completionTokens: 5 },
    },
  ];
}

/** A reply that reads this file. */
export const reads = (path: string, options?: { text?: string; model?: string }): RouterEvent[] =>
  callEvents([["read_lines", { path }]], options);

export type Script = (RouterEvent | RouterError | Promise<unknown>)[];
