import type { SecretStorage } from "../../src/config/keyStore";

/** An in-memory secret storage. Several windows can share it, as they do on one machine. */
export function fakeSecrets(): SecretStorage {
  const values = new Map<string, string>();
  const listeners = new Set<(change: { key: string }) => void>();
  const notify = (key: string): void => listeners.forEach((listener) => listener({ key }));
  return {
    keys: () => Promise.resolve([...values.keys()]),
    get: (key) => Promise.resolve(values.get(key)),
    store: (key, value) => {
      values.set(key, value);
      notify(key);
      return Promise.resolve();
    },
    delete: (key) => {
      values.delete(key);
      notify(key);
      return Promise.resolve();
    },
    onDidChange: (listener) => {
      listeners.add(listener);
      return { dispose: () => listeners.delete(listener) };
    },
  };
}
