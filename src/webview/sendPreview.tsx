import { t } from "@vscode/l10n";
import { computed } from "@preact/signals";
import type { FailureButton } from "../failureAction";
import { isRunning } from "./answerState";
import { post } from "./host";
import { Icon } from "./icon";
import { sendPreview, turns } from "./pageState";

/** Whether the newest answer already says that every model is busy, or used up: it waits for them, or has failed for that reason. */
const isToldByAnswer = computed(() => {
  const header = turns.value.at(-1)?.answer?.header.value;
  if (sendPreview.value.warning?.until === undefined || header === undefined) return false;
  return isRunning(header) || [header.error, ...(header.error?.others ?? [])].some(isForBusyModels);
});

/** Local models are offered where the others have to wait. */
function isForBusyModels(button: FailureButton | undefined): boolean {
  return button?.action.do === "use-local-models";
}

/** A warning about the draft before it is sent, with one action. */
export function SendPreviewWarning() {
  const warning = isToldByAnswer.value ? undefined : sendPreview.value.warning;
  // Always rendered, because screen readers announce only changes within an existing live region.
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
    <button type="button" class="text-button" onClick={() => post(message)}>
      {label}
    </button>
  );
}

/** A meter of the context window that the draft and the chat use. Shown only when the host reports a value. */
export function TokenEstimate() {
  const weight = sendPreview.value.tokenEstimate;
  if (!weight) return null;
  const percent = Math.min(100, Math.round(weight.share * 100));
  return (
    <span
      class={`token-estimate${weight.share > 1 ? " over" : ""}`}
      role="meter"
      aria-label={t("Token estimate")}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      aria-valuetext={weight.text}
      title={weight.text}
    >
      <span class="token-estimate-bar" style={{ width: `${percent}%` }} />
    </span>
  );
}
