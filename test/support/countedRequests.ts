import { isRecord } from "../../src/router/json";
import { scopeOf } from "../../src/router/scope";
import type { RouterStorage } from "../../src/router/storage";

/** The requests of this day in the books of an account, those of its models included. */
export async function countedRequests(
  storage: RouterStorage,
  { baseUrl, key }: { readonly baseUrl: string; readonly key: string },
  today: string,
): Promise<number> {
  const stored: unknown = JSON.parse((await storage.read("ledger")) ?? "{}");
  const books = isRecord(stored) && isRecord(stored["accounts"]) ? Object.entries(stored["accounts"]) : [];
  const { account } = scopeOf(baseUrl, key);
  return books
    .filter(([id, book]) => id.split(" ")[0] === account && isRecord(book) && book["day"] === today)
    .reduce((sum, [, book]) => sum + (isRecord(book) ? Number(book["used"]) : 0), 0);
}
