/**
 * What survives a restart, as named texts (JSON). Several routers (windows) may share one storage: `update` must be
 * atomic between them, so that two windows cannot both take the last request of a minute.
 */
export interface RouterStorage {
  /** The stored text, or `undefined` where there is none (or none that can be read). */
  read(name: string): Promise<string | undefined>;
  /** Replaces the text by what `change` makes of the present one; resolves to the new text. */
  update(name: string, change: (text: string | undefined) => string): Promise<string>;
}

/** A storage that lives as long as the process: the default, and what tests use. */
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
