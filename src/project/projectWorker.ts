import { Worker } from "node:worker_threads";
import type { Disposable } from "../lifecycle";
import type { FoundCode, FromWorker, IndexedSource, ProjectQuery, ToWorker } from "./workerMessages";

/** More memory than the index of a very large project takes; beyond, the thread ends instead of the extension host. */
const maxHeapMb = 512;

/** The thread that indexes and searches a project. It can end by itself; then every search rejects. */
export class ProjectWorker implements Disposable {
  readonly #worker: Worker;
  /** The requests without an answer, by their ids. */
  readonly #waiting = new Map<number, PromiseWithResolvers<readonly FoundCode[]>>();
  #lastId = 0;
  #ended: Error | undefined;

  /** `file`: the compiled `worker.ts`. */
  constructor(file: string) {
    this.#worker = new Worker(file, { resourceLimits: { maxOldGenerationSizeMb: maxHeapMb } });
    this.#worker.on("message", (message: FromWorker) => this.#receive(message));
    this.#worker.on("error", (error) => this.#end(error));
    this.#worker.on("exit", () => this.#end(new Error("The search has ended.")));
    // Ends with the process.
    this.#worker.unref();
  }

  get hasEnded(): boolean {
    return this.#ended !== undefined;
  }

  /** Adds files, or their changes. Resolves when they can be found. */
  async add(sources: readonly IndexedSource[]): Promise<void> {
    await this.#request((id) => ({ type: "add", id, sources }));
  }

  remove(paths: readonly string[]): void {
    this.#post({ type: "remove", paths });
  }

  search(query: ProjectQuery): Promise<readonly FoundCode[]> {
    return this.#request((id) => ({ type: "search", id, query }));
  }

  dispose(): void {
    this.#end(new Error("The search was closed."));
    void this.#worker.terminate();
  }

  #request(message: (id: number) => ToWorker): Promise<readonly FoundCode[]> {
    const id = ++this.#lastId;
    const waiting = Promise.withResolvers<readonly FoundCode[]>();
    this.#waiting.set(id, waiting);
    this.#post(message(id));
    return waiting.promise;
  }

  #post(message: ToWorker): void {
    if (this.#ended) this.#end(this.#ended);
    else this.#worker.postMessage(message);
  }

  #receive(message: FromWorker): void {
    this.#waiting.get(message.id)?.resolve(message.type === "found" ? message.found : []);
    this.#waiting.delete(message.id);
  }

  #end(error: Error): void {
    this.#ended ??= error;
    for (const { reject } of this.#waiting.values()) reject(this.#ended);
    this.#waiting.clear();
  }
}
