import { fileStorage } from "../../../src/config/routerStorage";
import { silentLog } from "../../../src/router/log";

/** A window of its own: adds one to the shared count so many times, then ends. Run by storage.test.ts. */
async function count(folder: string, times: number): Promise<void> {
  const storage = fileStorage(folder, silentLog);
  for (let time = 0; time < times; time++) await storage.update("count", (text) => String(Number(text ?? 0) + 1));
}

const [folder = "", times = ""] = process.argv.slice(2);
void count(folder, Number(times));
