import { on } from "node:events";
import { watch } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";

/** The text of a file as soon as it is what it should be: now, or after one of the next changes in its folder. Rejects after a minute. */
export async function waitForFileContent(
  file: string,
  isRight: (text: string) => boolean = () => true,
): Promise<string> {
  using watcher = closing(watch(path.dirname(file)));
  const changes = on(watcher.watched, "change", { signal: AbortSignal.timeout(60_000) });
  for (;;) {
    const text = await readFile(file, "utf8").catch(() => undefined);
    if (text !== undefined && isRight(text)) return text;
    await changes.next();
  }
}

function closing<T extends { close(): void }>(watched: T): { watched: T } & Disposable {
  return { watched, [Symbol.dispose]: () => watched.close() };
}
