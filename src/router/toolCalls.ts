import { AttemptError } from "./attemptError";
import { isRecord, parseJson } from "./json";
import type { CompletionRequest, ToolCall } from "./request";

interface Fragment {
  index: number | undefined;
  id: string;
  name: string;
  arguments: string;
  /** The arguments, if a host sent them as an object instead of text. */
  object: Record<string, unknown> | undefined;
}

/** A call that was begun: the fragments so far, joined. */
interface Draft extends Fragment {
  hasArguments: boolean;
}

/** Assembles tool calls from fragments. A fragment has the call's index; the name comes first, the arguments in parts. */
export class ToolCallAssembler {
  readonly #drafts: Draft[] = [];
  /** The newest draft of each index. Some hosts send every call with index 0. */
  readonly #newest = new Map<number, Draft>();
  /** The draft of the last fragment, which a fragment without an index continues. */
  #last: Draft | undefined;

  /** Whether a call was begun. Only a finish reason shows that it is complete. */
  get hasDraft(): boolean {
    return this.#drafts.length > 0;
  }

  /**
   * Returns whether the fragments have content. White space has none, nor has a repeated id or name: some models go on with
   * them without end, and they must not renew a deadline.
   */
  push(fragments: readonly unknown[]): boolean {
    let hasContent = false;
    for (const value of fragments) {
      if (!isRecord(value)) continue;
      const fragment = readFragment(value);
      if (isEmpty(fragment)) continue;
      const draft = this.#draftFor(fragment);
      if (addFragment(draft, fragment)) hasContent = true;
      if (fragment.index !== undefined) this.#newest.set(fragment.index, draft);
      this.#last = draft;
    }
    return hasContent;
  }

  /**
   * The complete calls of an answer with this finish reason; toolArguments.ts checks their arguments. Throws `AttemptError` for a call that was cut off or lost, an
   * unknown tool, invalid arguments or a missing required call.
   */
  end(request: CompletionRequest, finishReason: string): ToolCall[] {
    if (finishReason === "tool_calls" && !this.hasDraft)
      throw badToolCall("The model reported a tool call but made none.");
    const offered = new Set(request.tools?.map((tool) => tool.function.name));
    const ids = uniqueIds(this.#drafts.map(({ id }) => id));
    const calls = this.#drafts.map((draft, index): ToolCall => {
      const { name } = draft;
      const parsed = parseArguments(draft);
      // An empty object can be a placeholder for arguments that did not arrive.
      if (finishReason === "length" && (!parsed || Object.keys(parsed).length === 0))
        throw cutOff(request, "The model reached its token limit within a tool call.");
      if (!offered.has(name)) throw badToolCall(`The model called a tool that does not exist (${name.slice(0, 64)}).`);
      if (!parsed) throw badToolCall(`The model called ${name} with arguments that are not a JSON object.`);
      return { id: ids[index] ?? "", name, arguments: parsed };
    });
    const choice = request.tool_choice;
    const required = typeof choice === "object" ? choice.function.name : undefined;
    const forced = offered.size > 0 && (required !== undefined || choice === "required");
    if (forced && !calls.some(({ name }) => required === undefined || name === required)) {
      if (finishReason === "length")
        throw cutOff(request, "The model reached its token limit before the required tool call.");
      throw badToolCall("The model did not make the required tool call.");
    }
    return calls;
  }

  /** The draft that the fragment continues: of its index, else the last one. Creates a draft for a new call. */
  #draftFor(fragment: Fragment): Draft {
    const { index, id } = fragment;
    const current = index === undefined ? this.#last : this.#newest.get(index);
    if (current && !startsCall(fragment, current)) return current;
    // A host that sends an id with every fragment can return to an earlier call.
    const earlier = id ? this.#drafts.find((draft) => draft.id === id && draft.index === index) : undefined;
    if (earlier) return earlier;
    const draft: Draft = { index, id: "", name: "", arguments: "", object: undefined, hasArguments: false };
    this.#drafts.push(draft);
    return draft;
  }
}

function readFragment(value: Record<string, unknown>): Fragment {
  const fn = isRecord(value["function"]) ? value["function"] : {};
  const { name, arguments: part } = fn;
  return {
    index: typeof value["index"] === "number" ? value["index"] : undefined,
    id: typeof value["id"] === "string" ? value["id"] : "",
    name: typeof name === "string" ? name : "",
    arguments: typeof part === "string" ? part : "",
    object: isRecord(part) ? part : undefined,
  };
}

/**
 * Whether the fragment starts another call than the draft, although they have the same index or none. A new id does;
 * without ids, a second name after the arguments have begun, unless it is a mere repetition.
 */
function startsCall(fragment: Fragment, draft: Draft): boolean {
  if (fragment.id && draft.id) return fragment.id !== draft.id;
  if (!fragment.name || !draft.hasArguments) return false;
  if (fragment.name !== draft.name) return true;
  return !draft.id && (fragment.id !== "" || hasArguments(fragment));
}

/** Adds the fragment to its draft. Returns whether it had content. */
function addFragment(draft: Draft, fragment: Fragment): boolean {
  const { id, name, object } = fragment;
  const isNew = (id !== "" && id !== draft.id) || (name !== "" && name !== draft.name);
  const addsArguments = hasArguments(fragment);
  if (id) draft.id = id;
  if (name) draft.name = name;
  if (object) draft.object = object;
  draft.arguments += fragment.arguments;
  draft.hasArguments ||= addsArguments;
  return isNew || addsArguments;
}

function isEmpty(fragment: Fragment): boolean {
  return fragment.index === undefined && fragment.id === "" && fragment.name === "" && !hasArguments(fragment);
}

function hasArguments(fragment: Fragment): boolean {
  return fragment.object !== undefined || fragment.arguments.trim() !== "";
}

/** The arguments of a call; `undefined` if they are not one JSON object. A call without arguments has an empty object. */
function parseArguments({ arguments: text, object }: Draft): Record<string, unknown> | undefined {
  if (text.trim() === "") return object ?? {};
  if (object) return undefined;
  const value = parseJson(text);
  return isRecord(value) ? value : undefined;
}

/** Ids that are unique within the answer: generated for a call without an id, or with the id of an earlier call. */
function uniqueIds(ids: readonly string[]): string[] {
  const taken = new Set(ids);
  return ids.map((id, index) => {
    if (id && ids.indexOf(id) === index) return id;
    let number = index;
    while (taken.has(`call_${number}`)) number++;
    taken.add(`call_${number}`);
    return `call_${number}`;
  });
}

/** More room helps only if the request limited it. Otherwise the limit is the model's own, and another model is asked. */
export function cutOff(request: CompletionRequest, message: string, detail?: string): AttemptError {
  return request.max_tokens === undefined
    ? badToolCall(message, detail)
    : new AttemptError("out-of-tokens", message, { detail });
}

export function badToolCall(message: string, detail?: string): AttemptError {
  return new AttemptError("bad-tool-call", message, { detail });
}
