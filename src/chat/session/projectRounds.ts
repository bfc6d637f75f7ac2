import { t } from "@vscode/l10n";
import type { ProjectTools } from "../../context/projectTools";
import type { CheckedRequest, CheckedRouter } from "../../context/secretsCheck";
import { withTimeout } from "../../lifecycle";
import { isRouterError, type FailureReason, type RouterEvent, type ToolCall, type Usage } from "../../router/index";
import type { ToolEvent } from "../conversation/toolEvent";
import type { SentRequest } from "./sentRequest";
import { nextRequest } from "./nextRequest";
import { requestsLeft, type RequestsLeft } from "./requestsLeft";
import { resultText, type ToolExchange } from "./toolExchange";
import { lengthOf, planRound, runRound, type PlannedCall } from "./toolRound";

/** Results of one answer together, in characters: with a conversation and an answer, they fit the smallest window of a free model. */
const maxResultLength = 60_000;
/** An answer does not wait longer for the figures of the services. In milliseconds. */
const quotaTimeoutMs = 1_000;

/** Without tools, or without what they found, other models may answer. After failures of any other kind, the answer waits, or ends. */
const toolFailures: readonly FailureReason[] = [
  ...(["no-candidate", "capability-missing", "bad-tool-call", "bad-request", "context-too-long", "too-large"] as const),
];

type WithoutAnswer<E> = E extends unknown ? Omit<E, "answer"> : never;

export type LookEvent = WithoutAnswer<ToolEvent>;

export type RoundsEvent =
  | Exclude<RouterEvent, { type: "tool-call" }>
  /** A change of the answer's requests and calls. */
  | { readonly type: "look"; readonly event: LookEvent }
  /** A sentence for the user. */
  | { readonly type: "note"; readonly text: string }
  /** The user held back what was to be sent. Nothing follows. */
  | { readonly type: "nothing-sent" };

/** Lets models look into the project before they answer. */
export interface Look {
  /** How many rounds of calls there may be. */
  limit: number;
  tools: () => Promise<ProjectTools>;
  /** Aborts when the user wants the answer now. */
  answerNow: AbortSignal;
}

export interface ProjectRoundsOptions {
  readonly sent: Pick<SentRequest, "follow">;
  readonly tools: ProjectTools;
  /** How many rounds of calls the user allows. */
  readonly limit: number;
  readonly signal: AbortSignal;
  readonly onAskAnother: (listener: () => void) => { dispose(): void };
  /** Aborts when the user wants the answer now. */
  readonly answerNow: AbortSignal;
}

export interface ProjectRoundsDependencies {
  readonly router: Pick<CheckedRouter, "complete" | "services">;
  readonly now: () => number;
  readonly newId: () => string;
}

/**
 * The requests of an answer whose model may look into the project: up to `limit` rounds of calls, then the answer. All calls of one reply
 * are one round. Whatever a model asks for, the limit holds, and the last request, without tools, gets an answer.
 */
export class ProjectRounds {
  readonly #options: ProjectRoundsOptions;
  readonly #dependencies: ProjectRoundsDependencies;
  #exchanges: readonly ToolExchange[] = [];
  #rounds = 0;
  readonly #answered = new Set<string>();
  #isRepeating = false;
  /** No model could look into the project. */
  #hasFailed = false;
  #room = maxResultLength;
  /** Requests that were sent, failed ones included. */
  #attempts = 0;
  #usage: Usage | undefined;
  #shownRounds = 0;
  /** Why the answer does not look closer; said once it is being written. */
  #note: string | undefined;
  #request: CheckedRequest | undefined;
  readonly #heldBack = new Set<string>();

  constructor(options: ProjectRoundsOptions, dependencies: ProjectRoundsDependencies) {
    this.#options = options;
    this.#dependencies = dependencies;
  }

  /** The request that was sent last. */
  get request(): CheckedRequest | undefined {
    return this.#request;
  }

  /** The events of all requests as if they were one. After an error, another call goes on where it ended. */
  async *events(): AsyncGenerator<RoundsEvent> {
    for (;;) {
      const ended = yield* this.#next();
      if (ended) return;
    }
  }

  /** Whether the answer is due, however many rounds are left. */
  get #isOver(): boolean {
    return this.#hasFailed || this.#options.answerNow.aborted;
  }

  /** One request with its calls. Returns whether it was the last one. */
  async *#next(): AsyncGenerator<RoundsEvent, boolean> {
    const left = await this.#left();
    const usesTools = this.#usesTools(left);
    // After a wait, enough may be left.
    if (usesTools) this.#note = undefined;
    else if (this.#rounds === 0 && !this.#isOver)
      this.#note = t("Answered without looking closer, because too few requests are left.");
    const followed = await this.#options.sent.follow(
      this.#exchanges,
      usesTools ? this.#options.tools.definitions : undefined,
    );
    if (!followed) {
      yield { type: "nothing-sent" };
      return true;
    }
    yield* this.#results(followed.exchanges);
    for (const label of followed.heldBack.filter((each) => !this.#heldBack.has(each))) {
      this.#heldBack.add(label);
      yield note(t("Held back because of possible secrets: {0}", label));
    }
    // The user can have asked for the answer while the secrets check waited for a decision.
    if (usesTools && this.#isOver) return false;
    const current = this.#rounds + 1;
    const most = this.#options.limit + 1;
    const { today } = left;
    yield {
      type: "look",
      event: {
        ...{ type: "request-start", current, most },
        ...(today !== undefined && { left: today }),
        ...(!usesTools && { isLast: true }),
      },
    };
    this.#request = followed.request;
    const reply = yield* this.#ask(followed.request, usesTools);
    if (reply === "again") return false;
    if (!usesTools || reply.calls.length === 0) {
      yield this.#whole(reply.completion);
      return true;
    }
    yield* this.#look(reply);
    return false;
  }

  #usesTools(left: RequestsLeft): boolean {
    const { limit } = this.#options;
    const [isOver, isRepeating, room] = [this.#isOver, this.#isRepeating, this.#room];
    return nextRequest({ rounds: this.#rounds, limit, isOver, isRepeating, room, left }) === "with-tools";
  }

  async #left(): Promise<RequestsLeft> {
    const services = await withTimeout(quotaTimeoutMs, this.#dependencies.router.services(), this.#options.signal);
    return services ? requestsLeft(services, this.#exchanges.at(-1)?.model) : {};
  }

  /** Sends the request. If no model can use the tools, it is asked again without. */
  async *#ask(request: CheckedRequest, usesTools: boolean): AsyncGenerator<RoundsEvent, Reply | "again"> {
    const { signal, onAskAnother, answerNow } = this.#options;
    // A model that already writes may be writing the answer.
    const unwanted = new AbortController();
    const cancel = (): void => {
      if (reply.text === "") unwanted.abort();
    };
    const reply: { text: string; calls: ToolCall[] } = { text: "", calls: [] };
    const before = this.#attempts;
    if (usesTools) answerNow.addEventListener("abort", cancel);
    try {
      const options = { signal: AbortSignal.any([signal, unwanted.signal]), onAskAnother, restartAfterOutput: true };
      for await (const event of this.#dependencies.router.complete(request, options)) {
        if (event.type === "attempt-start" || event.type === "rival-start")
          this.#attempts = Math.max(this.#attempts, before + event.attempt);
        if (event.type === "attempt-start") Object.assign(reply, { text: "", calls: [] });
        else if (event.type === "text-delta") {
          if (!usesTools) yield* this.#takeNote();
          reply.text += event.text;
        }
        if (event.type === "tool-call") {
          reply.calls.push({ id: event.id, name: event.name, arguments: event.arguments });
        } else if (event.type === "completion-end") {
          this.#attempts = Math.max(this.#attempts, before + event.attempts);
          this.#usage = addUsage(this.#usage, event.usage);
          return { ...reply, completion: event };
        } else if (!isAboutPin(event, request)) yield event;
      }
    } catch (error) {
      if (signal.aborted || !this.#canAskAgain(error, usesTools)) throw error;
      if (usesTools && !this.#isOver && this.#rounds === 0)
        this.#note = t("No model could look into the project, so this answer was written without looking closer.");
      this.#hasFailed = true;
    } finally {
      answerNow.removeEventListener("abort", cancel);
    }
    return "again";
  }

  *#takeNote(): Generator<RoundsEvent> {
    if (this.#note !== undefined) yield note(this.#note);
    this.#note = undefined;
  }

  /** Without tools, more models can answer. Without what was found, every conversation that fitted before fits again. */
  #canAskAgain(error: unknown, usesTools: boolean): boolean {
    if (usesTools && this.#isOver) return true;
    if (!isRouterError(error)) return false;
    if (usesTools) return toolFailures.includes(error.reason);
    if (error.reason !== "context-too-long" || this.#exchanges.length === 0) return false;
    this.#exchanges = [];
    return true;
  }

  /** Runs the calls of a reply. */
  async *#look(reply: Reply): AsyncGenerator<RoundsEvent> {
    const { tools, signal, answerNow } = this.#options;
    const { now, newId } = this.#dependencies;
    const plan = planRound(reply.calls, tools, this.#answered, newId);
    this.#rounds += 1;
    this.#isRepeating = plan.calls.every(({ isRepeated }) => isRepeated);
    for (const call of plan.calls) yield { type: "look", event: callEvent(call, this.#rounds, now()) };
    const calls = await runRound(plan, this.#room, AbortSignal.any([signal, answerNow]));
    this.#room -= calls.reduce((sum, { parts }) => sum + lengthOf(parts), 0);
    const { model, reasoningDetails } = reply.completion;
    const exchange = { text: reply.text, calls, model, ...(reasoningDetails && { reasoningDetails }) };
    this.#exchanges = [...this.#exchanges, exchange];
  }

  /** Shows the results of the last round as they are sent, so without what the user holds back. */
  *#results(exchanges: readonly ToolExchange[]): Generator<RoundsEvent> {
    if (exchanges.length === 0 || this.#shownRounds === this.#rounds) return;
    this.#shownRounds = this.#rounds;
    this.#exchanges = exchanges;
    for (const call of exchanges.at(-1)?.calls ?? [])
      yield {
        type: "look",
        event: {
          ...{ type: "tool-result", call: call.id, text: resultText(call) },
          ...(call.isProblem && { isProblem: true }),
        },
      };
  }

  /** The end of all requests together. */
  #whole(completion: RouterEvent & { type: "completion-end" }): RoundsEvent {
    return { ...completion, attempts: this.#attempts, ...(this.#usage && { usage: this.#usage }) };
  }
}

interface Reply {
  readonly text: string;
  readonly calls: readonly ToolCall[];
  readonly completion: RouterEvent & { type: "completion-end" };
}

/** The next requests ask the same model as before; the user did not pin it. */
function isAboutPin(event: RouterEvent, { pin }: CheckedRequest): boolean {
  return pin !== undefined && event.type === "notice" && event.notice === "pinned-unavailable";
}

function note(text: string): RoundsEvent {
  return { type: "note", text };
}

function callEvent({ id, name, arguments: parameters, label }: PlannedCall, round: number, at: number) {
  return { type: "tool-call", call: id, round, name, arguments: parameters, label, at } as const;
}

function addUsage(sum: Usage | undefined, next: Usage | undefined): Usage | undefined {
  if (!sum || !next) return next ?? sum;
  const reasoningTokens = (sum.reasoningTokens ?? 0) + (next.reasoningTokens ?? 0);
  const cost = (sum.cost ?? 0) + (next.cost ?? 0);
  return {
    promptTokens: sum.promptTokens + next.promptTokens,
    completionTokens: sum.completionTokens + next.completionTokens,
    ...(reasoningTokens > 0 && { reasoningTokens }),
    ...(cost > 0 && { cost }),
  };
}
