import { AttemptError } from "./attemptError";
import { isRecord } from "./json";
import type { CompletionRequest, ToolCall } from "./request";

interface Draft {
  id: string;
  name: string;
  arguments: string;
}

/** Assembles tool calls from fragments. A fragment has the call's index; the name comes first, the arguments in parts. */
export class ToolCallAssembler {
  readonly #drafts = new Map<number, Draft>();
  #lastIndex = 0;

  /** Returns whether the fragments have content. White space after complete arguments has none, so it renews no deadline. */
  push(fragments: readonly unknown[]): boolean {
    let hasContent = false;
    for (const fragment of fragments) {
      if (!isRecord(fragment)) continue;
      const fn = isRecord(fragment["function"]) ? fragment["function"] : {};
      const id = typeof fragment["id"] === "string" ? fragment["id"] : "";
      const draft = this.#draftFor(fragment["index"], id);
      const { name, arguments: part } = fn;
      if (id) draft.id = id;
      if (typeof name === "string" && name) draft.name = name;
      if (typeof part === "string") draft.arguments += part;
      else if (isRecord(part)) draft.arguments = JSON.stringify(part);
      hasContent ||= id !== "" || (typeof part === "string" && part.trim() !== "");
    }
    return hasContent;
  }

  /** The complete calls. Throws `AttemptError` (bad-tool-call) for an unknown tool, invalid arguments or a missing required call. */
  end(request: CompletionRequest): ToolCall[] {
    const offered = new Set(request.tools?.map((tool) => tool.function.name));
    const calls = [...this.#drafts.values()].map((draft, index): ToolCall => {
      if (!offered.has(draft.name))
        throw badToolCall(`The model called a tool that does not exist (${draft.name.slice(0, 64)}).`);
      return { id: draft.id || `call_${index}`, name: draft.name, arguments: parseArguments(draft) };
    });
    const choice = request.tool_choice;
    const required = typeof choice === "object" ? choice.function.name : undefined;
    const forced = offered.size > 0 && (required !== undefined || choice === "required");
    if (forced && !calls.some(({ name }) => required === undefined || name === required))
      throw badToolCall("The model did not make the required tool call.");
    return calls;
  }

  /** Some hosts omit the index. Then a new id starts a new call, and a fragment without an id continues the last one. */
  #draftFor(index: unknown, id: string): Draft {
    if (typeof index === "number") this.#lastIndex = index;
    else if (id && this.#drafts.has(this.#lastIndex) && this.#drafts.get(this.#lastIndex)?.id !== id)
      this.#lastIndex = this.#drafts.size;
    let draft = this.#drafts.get(this.#lastIndex);
    if (!draft) this.#drafts.set(this.#lastIndex, (draft = { id: "", name: "", arguments: "" }));
    return draft;
  }
}

function parseArguments(draft: Draft): Record<string, unknown> {
  if (draft.arguments.trim() === "") return {};
  try {
    const value: unknown = JSON.parse(draft.arguments);
    if (isRecord(value)) return value;
  } catch {
    // Throws below, as for JSON that is not an object.
  }
  throw badToolCall(`The model called ${draft.name} with arguments that are not a JSON object.`);
}

function badToolCall(message: string): AttemptError {
  return new AttemptError("bad-tool-call", message);
}
