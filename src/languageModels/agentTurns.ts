import type { ChatMessage } from "./chatMessage";
import type { ChatRequest } from "./chatRequest";

/** The requests of one question to an agent, which asks again after each round of tool calls. */
export interface AgentTurn {
  readonly key: string;
  /** Requests sent so far, failed attempts included; those to local models do not count. */
  readonly requests: number;
  /** How many may be sent before the user is asked. */
  readonly allowed: number;
}

/** More turns are not remembered; the oldest is forgotten. */
const maxTurns = 100;

/** Counts the requests of each turn. */
export class AgentTurns {
  readonly #turns = new Map<string, AgentTurn>();
  readonly #limit: () => number;

  /** `limit`: how many requests a turn may send, and how many more after the user has allowed it to go on. */
  constructor(limit: () => number) {
    this.#limit = limit;
  }

  get(key: string): AgentTurn {
    return this.#turns.get(key) ?? { key, requests: 0, allowed: this.#limit() };
  }

  /** Begins a turn anew: the user has asked the same again. */
  restart(key: string): void {
    this.#turns.delete(key);
  }

  /** Adds the requests of a completion. */
  count(key: string, requests: number): AgentTurn {
    const turn = this.get(key);
    return this.#set({ ...turn, requests: turn.requests + requests });
  }

  /** The user lets the agent go on. */
  allowMore(key: string): AgentTurn {
    const turn = this.get(key);
    return this.#set({ ...turn, allowed: turn.requests + this.#limit() });
  }

  #set(turn: AgentTurn): AgentTurn {
    this.#turns.delete(turn.key);
    this.#turns.set(turn.key, turn);
    for (const oldest of this.#turns.keys()) {
      if (this.#turns.size <= maxTurns) break;
      this.#turns.delete(oldest);
    }
    return turn;
  }
}

/**
 * Identifies the turn that a request belongs to. VS Code 1.139 sends the conversation and the number of its turn as model options; without
 * them, the requester and the user's latest words identify it.
 */
export function turnKey({
  requester,
  options,
  messages,
}: Pick<ChatRequest, "requester" | "options" | "messages">): string {
  const conversation = conversationId(options);
  if (conversation !== undefined)
    return JSON.stringify([conversation, options["_telemetryTurn"] ?? userText(messages)]);
  return JSON.stringify([requester, userText(messages)]);
}

/**
 * Whether the request begins a turn that has no number: inline chat asks once for each of the user's prompts, which can be the same every
 * time. Numbered turns never begin anew, since the requests of subagents belong to the turn of their parent.
 */
export function beginsUnnumberedTurn({ options, messages }: Pick<ChatRequest, "options" | "messages">): boolean {
  if (conversationId(options) !== undefined) return false;
  return messages.at(-1)?.parts.every(({ type }) => type !== "tool-result") ?? true;
}

/** The conversation in VS Code's chat that a request belongs to. Requests beside it, such as for a title, have none. */
export function conversationId(options: ChatRequest["options"]): string | undefined {
  const id = options["_conversationId"];
  return typeof id === "string" ? id : undefined;
}

function userText(messages: readonly ChatMessage[]): string {
  const last = messages.findLast(({ role, parts }) => role === "user" && parts.some(({ type }) => type === "text"));
  return last?.parts.map((part) => (part.type === "text" ? part.text : "")).join("") ?? "";
}
