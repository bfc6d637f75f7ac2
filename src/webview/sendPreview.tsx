import { t } from "@vscode/l10n";
import { post } from "./host";
import { Icon } from "./icon";
import { outlook } from "./pageState";

/** What stands against the question before it is sent, and one thing to do about it. */
export function OutlookWarning() {
  const warning = outlook.value.warning;
  // Always there, so that screen readers hear what appears in it.
  return (
    <div class="outlook-warning" aria-live="polite">
      {warning && (
        <>
          <Icon name="warning" />
          <p>
            {warning.text} {warning.action && <OutlookAction {...warning.action} />}
          </p>
        </>
      )}
    </div>
  );
}

function OutlookAction({ label, says }: NonNullable<NonNullable<typeof outlook.value.warning>["action"]>) {
  return (
    <button type="button" class="outlook-action" onClick={() => post(says)}>
      {label}
    </button>
  );
}

/** How much of the room of the smallest model the question takes with its history: there only when it is worth a look. */
export function Weight() {
  const weight = outlook.value.weight;
  if (!weight) return null;
  const percent = Math.min(100, Math.round(weight.share * 100));
  return (
    <span
      class={`weight${weight.share > 1 ? " over" : ""}`}
      role="meter"
      aria-label={t("Length")}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      aria-valuetext={weight.words}
      title={weight.words}
    >
      <span class="weight-used" style={{ width: `${percent}%` }} />
    </span>
  );
}
