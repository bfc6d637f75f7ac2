import { DisposableStore, MutableDisposable, after, type Disposable } from "../lifecycle";
import { settings } from "../manifest";
import { type ApiKey } from "./apiKey";
import { extractKey, isCompleteKey } from "./keyFormat";
import type { SettingsSource } from "./settings";

/** The messages about an API key found in the settings. */
export interface SettingsKeyMessages {
  /** The key was moved to the secret storage. */
  showMoved(): void;
  /** Asks whether a key that does not look like an OpenRouter key is complete and should be used. */
  confirmKey(): Promise<boolean>;
  /** The secret storage failed, so the key remains in the settings. */
  showSaveFailed(error: unknown): void;
  /** The key was saved in the secret storage but could not be removed from the settings. */
  showRemoveFailed(error: unknown): void;
}

export interface SettingsKeyMigrationDependencies {
  workspace: SettingsSource;
  /** `vscode.window`. */
  window: {
    readonly state: { focused: boolean };
    onDidChangeWindowState(listener: (state: { focused: boolean }) => void): Disposable;
  };
  apiKey: Pick<ApiKey, "save">;
  messages: SettingsKeyMessages;
  /** The delay after the last change before an incomplete key is handled or an unfocused window acts, in milliseconds. */
  delayMs?: number;
}

/**
 * Moves an API key from the user's settings to the secret storage and clears the setting, on startup and on every change. The Settings editor
 * saves while the user types, so only a complete OpenRouter key is moved immediately; any other text only after a delay and the user's
 * confirmation. With several windows, the focused one acts.
 */
export function migrateSettingsKey({
  workspace,
  window,
  apiKey,
  messages,
  delayMs = 1_500,
}: SettingsKeyMigrationDependencies): Disposable {
  const store = new DisposableStore();
  const timer = store.add(new MutableDisposable());
  let isConfirming = false;
  let isMoving = false;
  /** A key that was already handled: it is ignored until the setting changes. */
  let handledKey: string | undefined;

  const readSetting = (): string => {
    // Only the user setting counts: a workspace must not be able to supply a key.
    const value = workspace.getConfiguration().inspect<unknown>(settings.apiKey)?.globalValue;
    return typeof value === "string" ? extractKey(value) : "";
  };

  const migrate = async (): Promise<void> => {
    const key = readSetting();
    if (!key || key === handledKey) return;
    if (isCompleteKey(key)) return move(key);
    if (isConfirming || !window.state.focused) return; // The window in which the user types asks.
    isConfirming = true;
    handledKey = key;
    try {
      // Reads the setting again, since the user may have typed more in the meantime.
      if (await messages.confirmKey()) await move(readSetting());
    } finally {
      isConfirming = false;
      check();
    }
  };

  const move = async (key: string): Promise<void> => {
    if (!key || isMoving) return;
    isMoving = true;
    handledKey = key;
    try {
      await apiKey.save(key).then(
        () => clearSetting(key),
        (error: unknown) => messages.showSaveFailed(error),
      );
    } finally {
      isMoving = false;
      check();
    }
  };

  const clearSetting = async (key: string): Promise<void> => {
    if (readSetting() !== key) return; // The user has entered another key, which is handled next.
    try {
      await workspace.getConfiguration().update(settings.apiKey, undefined, true);
      handledKey = undefined;
      messages.showMoved();
    } catch (error) {
      messages.showRemoveFailed(error);
    }
  };

  const check = (): void => {
    const key = readSetting();
    if (!key) handledKey = timer.value = undefined;
    else if (isCompleteKey(key) && window.state.focused) void migrate();
    else timer.value = after(delayMs, () => void migrate());
  };

  store.add(
    workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration(settings.apiKey)) check();
    }),
  );
  store.add(
    window.onDidChangeWindowState(({ focused }) => {
      if (focused) check();
    }),
  );
  check();
  return store;
}
