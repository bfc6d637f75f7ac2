import { DisposableStore, MutableDisposable, after, type Disposable } from "../lifecycle";
import { settings } from "../manifest";
import { isWholeKey, keyIn, type ApiKey } from "./apiKey";
import type { SettingsSource } from "./settings";

/** What the user is told and asked about a key found in the settings. */
export interface SettingsKeyMessages {
  /** It is in the secret storage now, and gone from the settings. */
  moved(): void;
  /** Whether what stands there, which does not look like OpenRouter's, is a whole key. */
  isWhole(): Promise<boolean>;
  /** The secret storage refused it; it still stands in the settings. */
  notKept(error: unknown): void;
  /** It is in the secret storage, but still in the settings as well. */
  notRemoved(error: unknown): void;
}

export interface SettingsKeyMigrationDependencies {
  workspace: SettingsSource;
  /** `vscode.window`. */
  window: {
    readonly state: { focused: boolean };
    onDidChangeWindowState(listener: (state: { focused: boolean }) => void): Disposable;
  };
  apiKey: Pick<ApiKey, "keep">;
  words: SettingsKeyMessages;
  /** How long nothing is typed before we ask, and how long another window is left to act first, in ms. */
  pauseMs?: number;
}

/**
 * Moves a key typed into the user's settings to the secret storage and blanks the setting, at start and whenever it changes. The Settings
 * editor saves while one types, so only a whole OpenRouter key moves at once; anything else after a pause and a question. Of several windows the
 * focused one acts.
 */
export function migrateSettingsKey({
  workspace,
  window,
  apiKey,
  words,
  pauseMs = 1_500,
}: SettingsKeyMigrationDependencies): Disposable {
  const store = new DisposableStore();
  const pause = store.add(new MutableDisposable());
  let asking = false;
  let moving = false;
  let leftAlone: string | undefined;

  const typed = (): string => {
    // Only what the user typed for this machine: a workspace must not be able to plant a key.
    const value = workspace.getConfiguration().inspect<unknown>(settings.apiKey)?.globalValue;
    return typeof value === "string" ? keyIn(value) : "";
  };

  const move = async (): Promise<void> => {
    const key = typed();
    if (!key || key === leftAlone) return;
    if (isWholeKey(key)) return take(key);
    if (asking || !window.state.focused) return; // the window where it is typed asks
    asking = true;
    leftAlone = key;
    try {
      if (await words.isWhole()) await take(typed()); // perhaps more was typed while we asked
    } finally {
      asking = false;
      look();
    }
  };

  const take = async (key: string): Promise<void> => {
    if (!key || moving) return;
    moving = true;
    leftAlone = key;
    try {
      await apiKey.keep(key).then(
        () => blank(key),
        (error: unknown) => words.notKept(error),
      );
    } finally {
      moving = false;
      look();
    }
  };

  const blank = async (key: string): Promise<void> => {
    if (typed() !== key) return; // another one since, whose turn comes
    try {
      await workspace.getConfiguration().update(settings.apiKey, undefined, true);
      leftAlone = undefined;
      words.moved();
    } catch (error) {
      words.notRemoved(error);
    }
  };

  const look = (): void => {
    const key = typed();
    if (!key) leftAlone = pause.value = undefined;
    else if (isWholeKey(key) && window.state.focused) void move();
    else pause.value = after(pauseMs, () => void move());
  };

  store.add(
    workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration(settings.apiKey)) look();
    }),
  );
  store.add(
    window.onDidChangeWindowState(({ focused }) => {
      if (focused) look();
    }),
  );
  look();
  return store;
}
