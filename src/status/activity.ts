import { Emitter, MutableDisposable, type Disposable } from "../lifecycle";
import {
  isRouterError,
  type Completion,
  type CompletionRequest,
  type ModelId,
  type Router,
  type RouterError,
  type RouterEvent,
} from "../router/index";

/** A running completion. Times are in epoch milliseconds. */
export interface RunningCompletion {
  readonly since: number;
  readonly model?: ModelId;
  /** True once the first text, reasoning, or tool call has arrived. */
  readonly answering: boolean;
  /** When the request will be sent, while it waits for the per-minute limit or for models in cooldown. */
  readonly waitsUntil?: number;
}

/** The agent in VS Code's chat whose turn is running. */
export interface AgentProgress {
  /** Requests of the turn so far, without the running one. */
  readonly requests: number;
  /** Whether it waits for the user, who decides if it may go on. */
  readonly isHeld: boolean;
}

/** How the latest completion ended. Completions that the user stopped are ignored. */
export type CompletionOutcome =
  { readonly completion: Completion } | { readonly error: RouterError; readonly sentence: string };

export interface WatchOptions {
  /** The message for an error. */
  readonly sentenceFor: (error: RouterError) => string;
  /** The name of a model; `undefined` until it is known. */
  readonly nameOf: (model: ModelId) => string | undefined;
}

/** Tracks all completions of a router, whether they come from the chat, the editor, or other extensions. */
export class Activity implements Disposable {
  readonly #now: () => number;
  readonly #changed = new Emitter<void>();
  readonly #running = new Map<symbol, RunningCompletion>();
  readonly #subscription = new MutableDisposable<Disposable>();
  #outcome: CompletionOutcome | undefined;
  #imageAnswered = false;
  #agent: AgentProgress | undefined;
  #router: Router | undefined;
  #nameOf: (model: ModelId) => string | undefined = () => undefined;

  readonly onDidChange = this.#changed.event;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  /** The completion that has been running longest. */
  get running(): RunningCompletion | undefined {
    return this.#running.values().next().value;
  }

  /** Whether a question with an image has been answered. */
  get imageAnswered(): boolean {
    return this.#imageAnswered;
  }

  /** The agent that ran last, until its turn ends. */
  get agent(): AgentProgress | undefined {
    return this.#agent;
  }

  setAgent(agent: AgentProgress | undefined): void {
    this.#agent = agent;
    this.#changed.fire();
  }

  get outcome(): CompletionOutcome | undefined {
    return this.#outcome;
  }

  /** The watched router; undefined before `watch`. */
  get router(): Pick<Router, "quota" | "services" | "statistics"> | undefined {
    return this.#router;
  }

  /** The name of a model; `undefined` until it is known. */
  readonly nameOf = (model: ModelId): string | undefined => this.#nameOf(model);

  /** Forgets how the last completion failed, since the key that it failed with has changed. */
  forgetFailure(): void {
    if (this.#outcome && "error" in this.#outcome) this.#outcome = undefined;
    this.#changed.fire();
  }

  /** Notifies the listeners of a change elsewhere, such as a name that is known now. */
  refresh(): void {
    this.#changed.fire();
  }

  /** Wraps a router so that its completions are tracked. */
  watch(router: Router, { sentenceFor, nameOf }: WatchOptions): Router {
    this.#router = router;
    this.#nameOf = nameOf;
    this.#subscription.value = router.onDidChange(() => this.#changed.fire());
    return {
      ...router,
      complete: (request, options) => this.#observe(router.complete(request, options), hasImage(request), sentenceFor),
    };
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#changed.dispose();
  }

  async *#observe(
    events: AsyncIterable<RouterEvent>,
    withImage: boolean,
    sentenceFor: (error: RouterError) => string,
  ): AsyncGenerator<RouterEvent, void, undefined> {
    const id = Symbol("completion");
    this.#set(id, { since: this.#now(), answering: false });
    try {
      for await (const event of events) {
        if (event.type === "completion-end") this.#imageAnswered ||= withImage;
        this.#track(id, event);
        yield event;
      }
    } catch (error) {
      if (isRouterError(error) && error.reason !== "aborted") this.#outcome = { error, sentence: sentenceFor(error) };
      throw error;
    } finally {
      this.#running.delete(id);
      this.#changed.fire();
    }
  }

  #track(id: symbol, event: RouterEvent): void {
    const current = this.#running.get(id);
    if (!current) return;
    const { since } = current;
    switch (event.type) {
      case "wait":
        if (event.model === undefined) this.#set(id, { since, answering: false, waitsUntil: event.until });
        break;
      case "attempt-start":
      case "rival-start":
        this.#set(id, { since, answering: false, model: event.model });
        break;
      case "model":
        this.#set(id, { ...current, model: event.model });
        break;
      case "text-delta":
      case "reasoning-delta":
      case "tool-call":
        if (!current.answering) this.#set(id, { ...current, answering: true });
        break;
      case "completion-end":
        // The event's own time begins with the attempt that answered.
        this.#outcome = { completion: { ...event, durationMs: this.#now() - since } };
        break;
      case "attempt-fail":
      case "attempt-slow":
      case "notice":
        break;
    }
  }

  #set(id: symbol, running: RunningCompletion): void {
    this.#running.set(id, running);
    this.#changed.fire();
  }
}

function hasImage({ messages }: CompletionRequest): boolean {
  return messages.some(({ content }) => Array.isArray(content) && content.some(({ type }) => type === "image_url"));
}
