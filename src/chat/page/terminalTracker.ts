import { DisposableStore, type Disposable } from "../../lifecycle";

/** The part of `vscode.Terminal` that is used here. */
export interface TrackedTerminal {
  readonly exitStatus: unknown;
  readonly shellIntegration: unknown;
  readonly state: { readonly shell: string | undefined };
}

type Event<T> = (listener: (event: T) => unknown) => Disposable;

/** The part of `vscode.window` that is used here. */
export interface TerminalEvents<T> {
  readonly onDidOpenTerminal: Event<T>;
  readonly onDidStartTerminalShellExecution: Event<{ readonly terminal: T }>;
  readonly onDidEndTerminalShellExecution: Event<{ readonly terminal: T }>;
}

/** VS Code reports these as shells, but they do not accept shell commands. */
const interpreters = new Set(["python", "node", "julia"]);

/** Tracks which terminals run a program, such as an editor or `ssh`, that would receive an inserted command. Needs shell integration. */
export class TerminalTracker<T extends TrackedTerminal> implements Disposable {
  readonly #running = new WeakMap<T, boolean>();
  readonly #listeners = new DisposableStore();

  constructor(events: TerminalEvents<T>) {
    const store = this.#listeners;
    store.add(events.onDidOpenTerminal((terminal) => this.#running.set(terminal, false)));
    store.add(events.onDidStartTerminalShellExecution(({ terminal }) => this.#running.set(terminal, true)));
    store.add(events.onDidEndTerminalShellExecution(({ terminal }) => this.#running.set(terminal, false)));
  }

  /** Whether a shell waits for a command; `undefined` without shell integration, or if the terminal was open before tracking began. */
  isIdle(terminal: T): boolean | undefined {
    if (terminal.exitStatus !== undefined || interpreters.has(terminal.state.shell ?? "")) return false;
    const running = this.#running.get(terminal);
    if (running === true) return false;
    return terminal.shellIntegration === undefined || running === undefined ? undefined : true;
  }

  dispose(): void {
    this.#listeners.dispose();
  }
}
