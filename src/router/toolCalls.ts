import { RouterError } from "./errors";
import { isRecord } from "./json";
import type { CompletionRequest, ToolCall } from "./request";

interface Draft {
  id: string;
  name: string;
  arguments: string;
}

/** Puts tool calls together from fragments, which arrive by index, with the name first and the arguments in pieces. */
export class ToolCallAssembler {
  private readonly drafts = new Map<number, Draft>();
  private last = 0;

  /** True where the fragment said something: white space after complete arguments is none, and keeps no deadline alive. */
  push(fragments: readonly unknown[]): boolean {
    let content = false;
    for (const fragment of fragments) {
      if (!isRecord(fragment)) continue;
      const called = isRecord(fragment["function"]) ? fragment["function"] : {};
      const id = typeof fragment["id"] === "string" ? fragment["id"] : "";
      const draft = this.draftOf(fragment["index"], id);
      const { name, arguments: piece } = called;
      if (id) draft.id = id;
      if (typeof name === "string" && name) draft.name = name;
      if (typeof piece === "string") draft.arguments += piece;
      else if (isRecord(piece)) draft.arguments = JSON.stringify(piece);
      content ||= id !== "" || (typeof piece === "string" && piece.trim() !== "");
    }
    return content;
  }

  /** The calls, whole. Throws `RouterError` (bad-tool-call) for arguments that are no JSON object or a tool nobody offered. */
  end(request: CompletionRequest): ToolCall[] {
    const offered = new Set(request.tools?.map((tool) => tool.function.name));
    const calls = [...this.drafts.values()].map((draft, index): ToolCall => {
      if (!offered.has(draft.name))
        throw badCall(`The model called a tool that does not exist (${draft.name.slice(0, 64)}).`);
      return { id: draft.id || `call_${index}`, name: draft.name, arguments: parseArguments(draft) };
    });
    const choice = request.tool_choice;
    const wanted = typeof choice === "object" ? choice.function.name : undefined;
    const forced = offered.size > 0 && (wanted !== undefined || choice === "required");
    if (forced && !calls.some(({ name }) => wanted === undefined || name === wanted))
      throw badCall("The model did not call the tool it had to.");
    return calls;
  }

  /** Some hosts leave the index out: then a new id starts a new call, and no id goes on with the last one. */
  private draftOf(index: unknown, id: string): Draft {
    if (typeof index === "number") this.last = index;
    else if (id && this.drafts.has(this.last) && this.drafts.get(this.last)?.id !== id) this.last = this.drafts.size;
    let draft = this.drafts.get(this.last);
    if (!draft) this.drafts.set(this.last, (draft = { id: "", name: "", arguments: "" }));
    return draft;
  }
}

function parseArguments(draft: Draft): Record<string, unknown> {
  if (draft.arguments.trim() === "") return {};
  try {
    const value: unknown = JSON.parse(draft.arguments);
    if (isRecord(value)) return value;
  } catch {
    // Told below, like JSON that is no object.
  }
  throw badCall(`The model called ${draft.name} with arguments that are not JSON.`);
}

function badCall(message: string): RouterError {
  return new RouterError("bad-tool-call", message);
}
