import { t } from "@vscode/l10n";
import type { AnswerHeader } from "../chat/page/protocol";
import { post } from "./host";
import { useNow } from "./useNow";
import { formatElapsed } from "./numberFormat";

/** Shown from sending a question until the first text: the model, the failed attempts, and the elapsed time. */
export function Waiting({ header }: { header: AnswerHeader }) {
  const now = useNow(true);
  const elapsedMs = now - header.startedAt;
  return (
    <div class="waiting">
      <span class="dots" aria-hidden="true">
        <i />
        <i />
        <i />
      </span>
      <span class="waiting-text">{statusText(header, now)}</span>
      {header.wait?.reason === "slow" && header.wait.until > now && (
        <button type="button" class="button secondary small" onClick={() => post({ type: "ask-another" })}>
          {t("Ask Another Now")}
        </button>
      )}
      {elapsedMs >= 3000 && !header.wait && (
        <span class="waiting-time">{formatElapsed(Math.floor(elapsedMs / 1000))}</span>
      )}
    </div>
  );
}

function statusText({ wait, model, failures }: AnswerHeader, now: number): string {
  if (wait && wait.until > now) {
    const secondsLeft = Math.ceil((wait.until - now) / 1000);
    if (wait.reason === "slow")
      return t("{0} has not answered yet. Asking another model in {1} s", model?.name ?? t("The model"), secondsLeft);
    if (wait.reason === "queue") return t("The local server answers another question first");
    if (wait.reason === "loading")
      return model
        ? t("Loading {0}. Waiting {1} s at most", model.name, secondsLeft)
        : t("The local server is loading a model. Waiting {0} s at most", secondsLeft);
    return wait.reason === "minute-limit"
      ? t("This minute's free requests are used up. Sending in {0} s", secondsLeft)
      : t("All suitable models are busy. Sending in {0} s", secondsLeft);
  }
  if (!model) return t("Selecting a free model");
  return failures.length === 0 ? t("Asking {0}", model.name) : t("{0}, asking {1}", failures.join(", "), model.name);
}
