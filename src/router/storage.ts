/**
 * Named JSON texts that survive a restart. Several routers (windows) may share one storage: `update` must be atomic
 * between them, so that two windows cannot both use the last request of a minute.
 */
export interface RouterStorage {
  /** The stored text; `undefined` if there is none or it cannot be read. */
  read(name: string): Promise<string | undefined>;
  /** Replaces the text with the result of `change`; resolves to the new text. */
  update(name: string, change: (text: string | undefined) => string): Promise<string>;
}

/** A storage in memory: the default, and for tests. */
export function memoryStorage(): RouterStorage {
  const texts = new Map<string, string>();
  return {
    read: (name) => Promise.resolve(texts.get(name)),
    update: (name, change) => {
      const text = change(texts.get(name));
      texts.set(name, text);
      return Promise.resolve(text);
    },
  };
}
