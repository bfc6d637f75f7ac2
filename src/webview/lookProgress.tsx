import { t } from "@vscode/l10n";
import { useEffect } from "preact/hooks";
import type { LookView } from "../chat/page/protocol";
import { announce } from "./announcer";
import { post } from "./host";
import { formatNumber } from "./numberFormat";

/** How many requests a running answer has taken to look into the project, and a button to end that. */
export function LookProgress({ look: { current, most, left, failed, isLast = false } }: { look: LookView }) {
  const request = isLast ? t("Last request") : t("Request {0} of {1}", current, most);
  useEffect(() => {
    // The first one is announced as the question that was sent.
    if (current > 1) announce(request);
  }, [request]);
  const details = [
    ...(left === undefined ? [] : [t("{0} left today", formatNumber(left))]),
    ...(failed === 0 ? [] : [t("{0} failed", failed)]),
  ];
  return (
    <div class="look-progress">
      <span>{[request, ...details].join(" · ")}</span>
      {!isLast && (
        <button type="button" class="button secondary small" onClick={() => post({ type: "answer-now" })}>
          {t("Stop and Answer Now")}
        </button>
      )}
    </div>
  );
}
