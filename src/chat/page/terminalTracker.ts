import { DisposableStore, type Disposable } from "../../lifecycle";

/** What of `vscode.Terminal` tells whether something runs in it. */
export interface TrackedTerminal {
  readonly exitStatus: unknown;
  readonly shellIntegration: unknown;
  readonly state: { readonly shell: string | undefined };
}

type Event<T> = (listener: (event: T) => unknown) => Disposable;

/** The part of `vscode.window` that is listened to. */
export interface TerminalEvents<T> {
  readonly onDidOpenTerminal: Event<T>;
  readonly onDidStartTerminalShellExecution: Event<{ readonly terminal: T }>;
  readonly onDidEndTerminalShellExecution: Event<{ readonly terminal: T }>;
}

/** Not shells: a line that is typed there is no command. */
const interpreters = new Set(["python", "node", "julia"]);

/** Knows in which terminals a shell waits for a command, as far as shells tell VS Code: an editor, a server or `ssh` would take it too. */
export class TerminalTracker<T extends TrackedTerminal> implements Disposable {
  readonly #running = new WeakMap<T, boolean>();
  readonly #listening = new DisposableStore();

  constructor(events: TerminalEvents<T>) {
    const store = this.#listening;
    store.add(events.onDidOpenTerminal((terminal) => this.#running.set(terminal, false)));
    store.add(events.onDidStartTerminalShellExecution(({ terminal }) => this.#running.set(terminal, true)));
    store.add(events.onDidEndTerminalShellExecution(({ terminal }) => this.#running.set(terminal, false)));
  }

  /** Whether a shell waits there; `undefined` where it does not tell, or began before anybody listened. */
  isIdle(terminal: T): boolean | undefined {
    if (terminal.exitStatus !== undefined || interpreters.has(terminal.state.shell ?? "")) return false;
    const running = this.#running.get(terminal);
    if (running === true) return false;
    return terminal.shellIntegration === undefined || running === undefined ? undefined : true;
  }

  dispose(): void {
    this.#listening.dispose();
  }
}
