/** A message of VS Code's chat, as plain data. */
export interface ChatMessage {
  readonly role: "system" | "user" | "assistant";
  readonly name?: string | undefined;
  readonly parts: readonly ChatPart[];
}

export type ChatPart =
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "image"; readonly mimeType: string; readonly data: Uint8Array }
  | { readonly type: "tool-call"; readonly id: string; readonly name: string; readonly input: object }
  | { readonly type: "tool-result"; readonly id: string; readonly parts: readonly ChatPart[] }
  | { readonly type: "reasoning"; readonly text: string; readonly details?: ReasoningDetails };

/** The reasoning of an earlier answer in the form that its model expects back. */
export interface ReasoningDetails {
  readonly model: string;
  readonly details: readonly unknown[];
}

/** A tool that the caller offers. */
export interface ChatTool {
  readonly name: string;
  readonly description: string;
  readonly inputSchema?: object | undefined;
}

/** The texts of parts, joined. */
export function textOf(parts: readonly ChatPart[]): string {
  return parts.map((part) => (part.type === "text" ? part.text : "")).join("");
}
