import * as vscode from "vscode";
import { createRouter, type RouterSettings } from "../router/index";

/**
 * Asks the service about a key, which costs nothing. Rejects with the router's `unauthorized` where the key is refused, and with some
 * other error where nobody could be asked.
 */
export async function checkKey(key: string, settings: RouterSettings, fetch: typeof globalThis.fetch): Promise<void> {
  const last: { problem?: Error | undefined } = { problem: new Error(vscode.l10n.t("OpenRouter could not be asked.")) };
  const router = createRouter({
    apiKey: () => Promise.resolve(key),
    settings: () => settings,
    // A quota that cannot be asked for is no error to the router; here it is the whole point.
    fetch: async (input, init) => {
      try {
        const response = await fetch(input, init);
        last.problem = response.ok
          ? undefined
          : new Error(vscode.l10n.t("OpenRouter answered with status {0}.", response.status));
        return response;
      } catch (error) {
        last.problem = error instanceof Error ? error : new Error("fetch", { cause: error });
        throw error;
      }
    },
  });
  await router.quota();
  if (last.problem) throw last.problem;
}
