import { Emitter } from "../../lifecycle";
import { closing } from "./answerTurn";

/** An answer that is being written. */
export interface RunningAnswer {
  /** The id of the answer, or of the one whose place it takes. It changes when another model starts over after some text. */
  id: string;
  /** Aborts when the user stops it, or with the reason `closing`. */
  readonly signal: AbortSignal;
  /** Notifies that the user wants another model to be asked at once. */
  readonly onAskAnother: (listener: () => void) => { dispose(): void };
  /** Aborts when the user wants the model to look no further into the project. */
  readonly answerNow: AbortSignal;
}

interface Entry {
  readonly controller: AbortController;
  readonly askAnother: Emitter<void>;
  readonly answerNow: AbortController;
}

/** The answers of a conversation that are being written: one, or those of several models to the same question. */
export class RunningAnswers {
  readonly #entries = new Map<RunningAnswer, Entry>();

  get size(): number {
    return this.#entries.size;
  }

  start(id: string): RunningAnswer {
    const [controller, answerNow] = [new AbortController(), new AbortController()];
    const askAnother = new Emitter<void>();
    const answer = { id, signal: controller.signal, onAskAnother: askAnother.event, answerNow: answerNow.signal };
    this.#entries.set(answer, { controller, askAnother, answerNow });
    return answer;
  }

  end(answer: RunningAnswer): void {
    this.#entries.get(answer)?.askAnother.dispose();
    this.#entries.delete(answer);
  }

  /** Stops the answer with this id, or else all. They keep their text. */
  stop(id?: string): void {
    for (const { controller } of this.#find(id)) controller.abort();
  }

  /** Interrupts all, because the window closes or another one deleted the conversation. */
  interrupt(): void {
    for (const { controller } of this.#entries.values()) controller.abort(closing);
  }

  /** Asks another model at once, if the model of this answer is still silent. */
  askAnother(id: string): void {
    for (const { askAnother } of this.#find(id)) askAnother.fire();
  }

  /** Lets the running answers look no further into the project. */
  answerNow(): void {
    for (const { answerNow } of this.#entries.values()) answerNow.abort();
  }

  #find(id: string | undefined): Entry[] {
    return [...this.#entries].flatMap(([answer, entry]) => (id === undefined || answer.id === id ? entry : []));
  }
}
