import { on } from "node:events";
import { watch } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";

/** Waits until a file exists and `matches` accepts its text, and resolves to that text. Rejects after two minutes. */
export async function waitForFileContent(
  file: string,
  matches: (text: string) => boolean = () => true,
): Promise<string> {
  using watcher = closing(watch(path.dirname(file)));
  const changes = on(watcher.watched, "change", { signal: AbortSignal.timeout(120_000) });
  for (;;) {
    const text = await readFile(file, "utf8").catch(() => undefined);
    if (text !== undefined && matches(text)) return text;
    await changes.next();
  }
}

function closing<T extends { close(): void }>(watched: T): { watched: T } & Disposable {
  return { watched, [Symbol.dispose]: () => watched.close() };
}
