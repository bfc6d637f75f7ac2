import { t } from "@vscode/l10n";
import type { OutgoingText } from "../context/outgoingText";
import { textOf, type ChatMessage, type ChatPart } from "./chatMessage";

/**
 * The texts of a request for the secrets check, named by where they come from. An agent repeats its whole conversation with each request, so
 * all belong to one source: the user decides about each secret once.
 */
export function outgoingMessages(messages: readonly ChatMessage[], source: string): OutgoingText[] {
  const calls = new Map<string, ToolCallPart>();
  return messages.flatMap(({ role, parts }) => {
    const texts: OutgoingText[] = [];
    const add = (label: string, text: string, more: Partial<OutgoingText> = {}): void => {
      if (text !== "") texts.push({ source, label, text, onHoldBack: "remove-secret", ...more });
    };
    for (const part of parts) {
      if (part.type === "tool-call") {
        calls.set(part.id, part);
        add(t("Tool call: {0}", part.name), JSON.stringify(part.input), { repeats: true });
      }
      if (part.type === "tool-result") {
        const call = calls.get(part.id);
        const label = call ? t("Result of the tool {0}", call.name) : t("Result of a tool");
        add(label, textOf(part.parts), { paths: call ? pathsIn(call.input) : [] });
      }
    }
    add(messageLabels[role](), textOf(parts), role === "assistant" ? { repeats: true } : {});
    return texts;
  });
}

type ToolCallPart = Extract<ChatPart, { type: "tool-call" }>;

const messageLabels: Readonly<Record<ChatMessage["role"], () => string>> = {
  system: () => t("Instructions of the caller"),
  user: () => t("Request in VS Code's chat"),
  assistant: () => t("Earlier answer"),
};

/** Arguments that name the file of the result: with an environment file, its name says more than its content. */
const pathArgument = /path|file|uri/i;

function pathsIn(input: object): string[] {
  return Object.entries(input).flatMap(([name, value]) =>
    typeof value === "string" && pathArgument.test(name) && value.length < 1_000 ? [value] : [],
  );
}
