import { t } from "@vscode/l10n";
import type { AnswerHeader } from "../chat/page/protocol";
import { useNow } from "./useNow";
import { elapsed } from "./numberFormat";

/** Shown from the question until the first word: who is asked, for how long, and what came in between. */
export function Waiting({ header }: { header: AnswerHeader }) {
  const now = useNow(true);
  const waited = now - header.startedAt;
  return (
    <div class="waiting">
      <span class="dots" aria-hidden="true">
        <i />
        <i />
        <i />
      </span>
      <span class="waiting-text">{words(header, now)}</span>
      {waited >= 3000 && !header.wait && <span class="waiting-time">{elapsed(Math.floor(waited / 1000))}</span>}
    </div>
  );
}

function words({ wait, model, failures }: AnswerHeader, now: number): string {
  if (wait && wait.until > now) {
    const left = Math.ceil((wait.until - now) / 1000);
    return wait.reason === "minute-limit"
      ? t("This minute's free requests are used up. Going on in {0} s", left)
      : t("All fitting models are busy. Going on in {0} s", left);
  }
  if (!model) return t("Choosing a free model");
  return failures.length === 0 ? t("Asking {0}", model.name) : t("{0}, asking {1}", failures.join(", "), model.name);
}
