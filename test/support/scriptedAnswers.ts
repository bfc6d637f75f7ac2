import type { Answer } from "./openRouter";

/** An answer without tool calls, which the simulator would add for a tool that the prompt names. */
export function textAnswer(text: string): Partial<Answer> {
  return { text, finishReason: "stop", toolCalls: [] };
}

/** An answer that calls these tools in parallel. */
export function toolCalls(...calls: readonly (readonly [name: string, input: object])[]): Partial<Answer> {
  return {
    text: "",
    finishReason: "tool_calls",
    toolCalls: calls.map(([name, input], index) => ({
      id: `call_${name}_${index}`,
      name,
      arguments: JSON.stringify(input),
    })),
  };
}
