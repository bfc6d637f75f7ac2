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

/** One completion under way. Instants in epoch milliseconds. */
export interface RunningCompletion {
  readonly since: number;
  readonly model?: ModelId;
  /** True from the first word, thought or call on. */
  readonly answering: boolean;
  /** Nothing is sent before then: the minute is used up, or all models rest. */
  readonly waitsUntil?: number;
}

/** How the newest completion ended. One that the user stopped leaves no trace. */
export type CompletionOutcome =
  { readonly completion: Completion } | { readonly error: RouterError; readonly sentence: string };

/** What a router is doing for all who ask it, seen at its door: chat, editor and other extensions alike. */
export class Activity implements Disposable {
  readonly #changed = new Emitter<void>();
  readonly #running = new Map<symbol, RunningCompletion>();
  readonly #listening = new MutableDisposable<Disposable>();
  #outcome: CompletionOutcome | undefined;
  #pictureAnswered = false;
  #router: Router | undefined;

  readonly onDidChange = this.#changed.event;

  constructor(private readonly now: () => number = Date.now) {}

  /** The completion that has been under way for longest. */
  get running(): RunningCompletion | undefined {
    return this.#running.values().next().value;
  }

  /** Whether any question so far came with a picture and was answered. */
  get imageAnswered(): boolean {
    return this.#pictureAnswered;
  }

  get outcome(): CompletionOutcome | undefined {
    return this.#outcome;
  }

  /** The router that is watched, once there is one. */
  get router(): Pick<Router, "quota" | "statistics"> | undefined {
    return this.#router;
  }

  /** The same router, watched; `sentenceFor` says what its errors mean. */
  watch(router: Router, sentenceFor: (error: RouterError) => string): Router {
    this.#router = router;
    this.#listening.value = router.onDidChange(() => this.#changed.fire());
    return {
      ...router,
      complete: (request, options) =>
        this.#observe(router.complete(request, options), hasPicture(request), sentenceFor),
    };
  }

  dispose(): void {
    this.#listening.dispose();
    this.#changed.dispose();
  }

  async *#observe(
    events: AsyncIterable<RouterEvent>,
    picture: boolean,
    sentenceFor: (error: RouterError) => string,
  ): AsyncGenerator<RouterEvent, void, undefined> {
    const id = Symbol("completion");
    this.#set(id, { since: this.now(), answering: false });
    try {
      for await (const event of events) {
        if (event.type === "completion-end") this.#pictureAnswered ||= picture;
        this.#note(id, event);
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

  #note(id: symbol, event: RouterEvent): void {
    const present = this.#running.get(id);
    if (!present) return;
    const { since } = present;
    switch (event.type) {
      case "wait":
        this.#set(id, { since, answering: false, waitsUntil: event.until });
        break;
      case "attempt-start":
        this.#set(id, { since, answering: false, model: event.model });
        break;
      case "model":
        this.#set(id, { ...present, model: event.model });
        break;
      case "text-delta":
      case "reasoning-delta":
      case "tool-call":
        if (!present.answering) this.#set(id, { ...present, answering: true });
        break;
      case "completion-end":
        this.#outcome = { completion: event };
        break;
      case "attempt-fail":
      case "notice":
        break;
    }
  }

  #set(id: symbol, running: RunningCompletion): void {
    this.#running.set(id, running);
    this.#changed.fire();
  }
}

function hasPicture({ messages }: CompletionRequest): boolean {
  return messages.some(({ content }) => Array.isArray(content) && content.some(({ type }) => type === "image_url"));
}
