import { t } from "@vscode/l10n";
import type { CheckedRouter, SecretsCheck } from "../context/secretsCheck";
import type { ConnectionFinding } from "./connectionFinding";
import { connectionProblem } from "./connectionProblem";
import type { ConnectionProblemOptions } from "./networkProblem";

/** Sends a minimal question to a model. Uses up one of today's free requests. Rejects only if `signal` aborts. */
export async function trialCompletion(
  { router, secrets }: { router: Pick<CheckedRouter, "complete">; secrets: Pick<SecretsCheck, "seal"> },
  options: ConnectionProblemOptions,
  signal: AbortSignal,
): Promise<ConnectionFinding> {
  try {
    const messages = [{ role: "user" as const, content: "Answer with one word: ready" }];
    const request = await secrets.seal({ messages }, "connection test");
    if (!request) throw new Error(t("Nothing was sent."));
    for await (const event of router.complete(request, { signal })) {
      if (event.type !== "completion-end") continue;
      const digits = { minimumFractionDigits: 1, maximumFractionDigits: 1 };
      const seconds = (event.durationMs / 1000).toLocaleString(undefined, digits);
      return {
        ok: true,
        sentence: t("Test passed. {0} answered in {1} s.", event.model, seconds),
        label: t("Open Chat"),
        fix: { do: "open-chat" },
      };
    }
    throw new Error(t("The model returned no answer."));
  } catch (error) {
    signal.throwIfAborted();
    return connectionProblem(error, options);
  }
}
