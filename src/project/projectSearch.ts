import { setImmediate as nextTurn } from "node:timers/promises";
import * as vscode from "vscode";
import { after, DisposableStore, MutableDisposable, type Disposable } from "../lifecycle";
import type { Log } from "../router/index";
import { filesAtOnce, findProjectFiles, listedAt, pathOf, searchable } from "./projectFiles";
import { ProjectWorker } from "./projectWorker";
import { RecentFiles } from "./recentFiles";
import type { SymbolPlace } from "./searchIndex";
import { placesOfQuestion } from "./symbolPlaces";
import type { FoundCode, IndexedSource } from "./workerMessages";

/** Code of the project for a question. */
export type ProjectCode = FoundCode & { readonly uri: vscode.Uri };

/** After so long without a search, the memory is given back. Milliseconds. */
const idleMs = 10 * 60_000;
/** Changes of files come in bursts, such as from Git. Milliseconds. */
const changeDelayMs = 500;

/** Finds the code of this workspace that a question is about. Nothing leaves the computer, and nothing is kept on the disk. */
export class ProjectSearch implements Disposable {
  readonly #workerFile: string;
  readonly #log: Log;
  readonly #session = new MutableDisposable<Session>();
  readonly #idle = new MutableDisposable<Disposable>();
  readonly #recent = new RecentFiles();

  /** `workerFile`: the compiled `worker.ts`. */
  constructor(workerFile: string, log: Log) {
    this.#workerFile = workerFile;
    this.#log = log;
  }

  /**
   * Finds code for a question, of at most so many estimated tokens. `places`: where symbols are that belong to it besides those it names. The
   * first search indexes the project.
   */
  async find(question: string, budget: number, places: readonly SymbolPlace[]): Promise<ProjectCode[]> {
    this.#idle.value = after(idleMs, () => (this.#session.value = undefined));
    const session = this.#open();
    try {
      await session.ready;
    } catch (error) {
      // The next question tries again.
      if (this.#session.value === session) this.#session.value = undefined;
      throw error;
    }
    const named = await placesOfQuestion(question);
    return session.search({ question, recent: this.#recent.paths(), places: [...named, ...places], budget });
  }

  dispose(): void {
    this.#idle.dispose();
    this.#recent.dispose();
    this.#session.dispose();
  }

  #open(): Session {
    const open = this.#session.value;
    if (open && !open.hasEnded) return open;
    return (this.#session.value = new Session(this.#workerFile, this.#log));
  }
}

/** One life of the worker, and the watcher that keeps its index up to date. */
class Session implements Disposable {
  readonly #worker: ProjectWorker;
  readonly #log: Log;
  readonly #store = new DisposableStore();
  readonly #uris = new Map<string, vscode.Uri>();
  readonly #changed = new Map<string, vscode.Uri>();
  readonly #timer = this.#store.add(new MutableDisposable<Disposable>());
  /** Resolves when the project is indexed. */
  readonly ready: Promise<void>;

  constructor(workerFile: string, log: Log) {
    this.#log = log;
    this.#worker = this.#store.add(new ProjectWorker(workerFile));
    const watcher = this.#store.add(vscode.workspace.createFileSystemWatcher("**/*"));
    const changed = (uri: vscode.Uri): void => this.#handleChange(uri);
    this.#store.add(watcher.onDidChange(changed));
    this.#store.add(watcher.onDidCreate(changed));
    this.#store.add(watcher.onDidDelete((uri) => this.#remove(uri)));
    this.ready = this.#index();
    this.ready.catch(() => undefined);
  }

  get hasEnded(): boolean {
    return this.#worker.hasEnded;
  }

  async search(query: Parameters<ProjectWorker["search"]>[0]): Promise<ProjectCode[]> {
    const found = await this.#worker.search(query);
    return found.flatMap((code) => {
      const uri = this.#uris.get(code.path);
      return uri ? [{ ...code, uri }] : [];
    });
  }

  dispose(): void {
    this.#store.dispose();
  }

  async #index(): Promise<void> {
    const started = Date.now();
    await this.#add(await findProjectFiles());
    this.#log.debug(`Indexed ${this.#uris.size} files in ${Date.now() - started} ms.`);
  }

  /** In small parts, so that the extension host can do other work in between. */
  async #add(uris: readonly vscode.Uri[]): Promise<void> {
    const adding: Promise<void>[] = [];
    for (let start = 0; start < uris.length; start += filesAtOnce) {
      const part = uris.slice(start, start + filesAtOnce);
      const sources = await Promise.all(part.map(sourceOf));
      for (const [index, uri] of part.entries()) {
        const source = sources[index];
        if (source) this.#uris.set(source.path, uri);
      }
      const added = this.#worker.add(sources.filter((source) => source !== undefined));
      added.catch(() => undefined); // Reported below.
      adding.push(added);
      await nextTurn();
    }
    await Promise.all(adding);
  }

  #handleChange(uri: vscode.Uri): void {
    this.#changed.set(uri.toString(), uri);
    this.#timer.value ??= after(changeDelayMs, () => {
      this.#timer.value = undefined;
      const changed = [...this.#changed.values()];
      this.#changed.clear();
      void this.#update(changed).catch((error: unknown) =>
        this.#log.debug(`Could not index changes: ${String(error)}`),
      );
    });
  }

  async #update(uris: readonly vscode.Uri[]): Promise<void> {
    const listed = await Promise.all(uris.map(async (uri) => (this.#uris.has(pathOf(uri)) ? [uri] : listedAt(uri))));
    // A file can have changed by itself and with its folder.
    const changed = new Map(listed.flat().map((uri) => [uri.toString(), uri]));
    const found = new Set(await searchable([...changed.values()]));
    // A file that is known may have become a link, or ignored.
    for (const uri of uris)
      if (this.#uris.has(pathOf(uri)) && !found.has(changed.get(uri.toString()) ?? uri)) this.#remove(uri);
    if (found.size > 0) await this.#add([...found]);
  }

  /** Also of a folder, whose files are not named one by one. */
  #remove(uri: vscode.Uri): void {
    const path = pathOf(uri);
    const removed = [...this.#uris.keys()].filter((each) => each === path || each.startsWith(`${path}/`));
    for (const each of removed) this.#uris.delete(each);
    if (removed.length > 0) this.#worker.remove(removed);
  }
}

/** The worker reads files on disk itself. */
async function sourceOf(uri: vscode.Uri): Promise<IndexedSource | undefined> {
  const path = pathOf(uri);
  if (uri.scheme === "file") return { path, file: uri.fsPath };
  try {
    return { path, text: Buffer.from(await vscode.workspace.fs.readFile(uri)).toString("utf8") };
  } catch {
    return undefined; // It was deleted meanwhile.
  }
}
