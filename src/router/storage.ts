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

/** Long enough for a lock of another window, short enough for a user who waits. */
const timeLimitMs = 3_000;

/** The same storage, which rejects what takes too long: a stalled disk must not keep an answer from starting. */
export function withTimeLimit(storage: RouterStorage): RouterStorage {
  return {
    read: (name) => inTime(storage.read(name), name),
    update: (name, change) => inTime(storage.update(name, change), name),
  };
}

async function inTime<T>(result: Promise<T>, name: string): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`The storage of ${name} did not respond in time.`)), timeLimitMs);
  });
  try {
    return await Promise.race([result, late]);
  } finally {
    clearTimeout(timer);
  }
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
