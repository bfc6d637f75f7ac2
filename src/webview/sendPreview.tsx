import { t } from "@vscode/l10n";
import { post } from "./host";
import { Icon } from "./icon";
import { sendPreview } from "./pageState";

/** What stands against the question before it is sent, and one thing to do about it. */
export function SendPreviewWarning() {
  const warning = sendPreview.value.warning;
  // Always there, so that screen readers hear what appears in it.
  return (
    <div class="send-preview-warning" aria-live="polite">
      {warning && (
        <>
          <Icon name="warning" />
          <p>
            {warning.text} {warning.action && <SendPreviewAction {...warning.action} />}
          </p>
        </>
      )}
    </div>
  );
}

function SendPreviewAction({ label, message }: NonNullable<NonNullable<typeof sendPreview.value.warning>["action"]>) {
  return (
    <button type="button" class="send-preview-action" onClick={() => post(message)}>
      {label}
    </button>
  );
}

/** How much of the room of the smallest model the question takes with its history: there only when it is worth a look. */
export function TokenEstimate() {
  const weight = sendPreview.value.tokenEstimate;
  if (!weight) return null;
  const percent = Math.min(100, Math.round(weight.share * 100));
  return (
    <span
      class={`weight${weight.share > 1 ? " over" : ""}`}
      role="meter"
      aria-label={t("Token estimate")}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      aria-valuetext={weight.text}
      title={weight.text}
    >
      <span class="weight-used" style={{ width: `${percent}%` }} />
    </span>
  );
}
