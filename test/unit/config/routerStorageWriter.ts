import { createRouterStorage } from "../../../src/config/routerStorage";
import { silentLog } from "../../../src/router/log";

/** Increments the shared count, as a process of its own. Run by routerStorage.test.ts. */
async function count(folder: string, times: number): Promise<void> {
  const storage = createRouterStorage(folder, silentLog);
  for (let time = 0; time < times; time++) await storage.update("count", (text) => String(Number(text ?? 0) + 1));
}

const [folder = "", times = ""] = process.argv.slice(2);
void count(folder, Number(times));
