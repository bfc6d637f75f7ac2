import { t } from "@vscode/l10n";
import type { Router } from "../router/index";
import { connectionProblem, type ConnectionProblemOptions, type ConnectionFinding } from "./connectionProblem";

/** The last proof: a real question, the shortest there is. It takes one of today's free requests. */
export async function trialCompletion(
  router: Pick<Router, "complete">,
  facts: ConnectionProblemOptions,
  signal: AbortSignal,
): Promise<ConnectionFinding> {
  try {
    const messages = [{ role: "user" as const, content: "Answer with one word: ready" }];
    for await (const event of router.complete({ messages }, { signal })) {
      if (event.type !== "completion-end") continue;
      const digits = { minimumFractionDigits: 1, maximumFractionDigits: 1 };
      const seconds = (event.durationMs / 1000).toLocaleString(undefined, digits);
      return {
        ok: true,
        sentence: t("Everything works: {0} answered after {1} s.", event.model, seconds),
        label: t("Open Chat"),
        cure: { do: "open-chat" },
      };
    }
    throw new Error(t("The answer ended before it began."));
  } catch (error) {
    signal.throwIfAborted();
    return connectionProblem(error, facts);
  }
}
