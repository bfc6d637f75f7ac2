import type { SettingsSource } from "../../src/config/settings";

type Listener = Parameters<SettingsSource["onDidChangeConfiguration"]>[0];

/** An in-memory implementation of VS Code's settings, with user and workspace values and change events. */
export interface FakeConfiguration extends SettingsSource {
  /** The values in the user's settings.json, by full id. */
  readonly user: Map<string, unknown>;
  readonly workspace: Map<string, unknown>;
  /** Changes the user's settings.json, as a user would; `undefined` removes the setting. */
  editUserSetting(id: string, value: unknown): void;
  /** Makes all further writes fail, as VS Code does when settings.json has unsaved changes. */
  refuseWrites(reason: Error): void;
}

export function fakeConfiguration(user: Readonly<Record<string, unknown>>): FakeConfiguration {
  const values = { user: new Map(Object.entries(user)), workspace: new Map<string, unknown>() };
  const listeners = new Set<Listener>();
  let refusal: Error | undefined;

  const set = (into: Map<string, unknown>, id: string, value: unknown): void => {
    if (value === undefined) into.delete(id);
    else into.set(id, value);
    const affectsConfiguration = (section: string): boolean => id === section || id.startsWith(`${section}.`);
    for (const listener of listeners) listener({ affectsConfiguration });
  };
  const configuration: ReturnType<SettingsSource["getConfiguration"]> = {
    get: (id: string) => values.workspace.get(id) ?? values.user.get(id),
    inspect: <T>(id: string) => ({
      key: id,
      globalValue: values.user.get(id) as T,
      ...(values.workspace.has(id) && { workspaceValue: values.workspace.get(id) as T }),
    }),
    update: (id, value, target) => {
      if (refusal) return Promise.reject(refusal);
      set(target === true ? values.user : values.workspace, id, value);
      return Promise.resolve();
    },
  };
  return {
    ...values,
    getConfiguration: () => configuration,
    onDidChangeConfiguration: (listener) => {
      listeners.add(listener);
      return { dispose: () => listeners.delete(listener) };
    },
    editUserSetting: (id, value) => set(values.user, id, value),
    refuseWrites: (reason) => (refusal = reason),
  };
}
