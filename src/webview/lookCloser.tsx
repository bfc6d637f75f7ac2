import { t } from "@vscode/l10n";
import { post } from "./host";
import { Icon } from "./icon";
import { sendPreview } from "./pageState";

/** The choice of a question about the project: whether models may look into it, and what that takes. */
export function LookCloser() {
  const preview = sendPreview.value.lookCloser;
  if (!preview) return null;
  const { isOn, most, left } = preview;
  const toggle = (): void => {
    // The host confirms it with the next preview.
    sendPreview.value = { ...sendPreview.value, lookCloser: { ...preview, isOn: !isOn } };
    post({ type: "look-closer", isOn: !isOn });
  };
  return (
    <div class="look-closer">
      <button
        type="button"
        class={`toggle${isOn ? " on" : ""}`}
        aria-pressed={isOn}
        aria-describedby="look-closer-price"
        title={t("Let the model search and read files of the project before it answers")}
        onClick={toggle}
      >
        <Icon name={isOn ? "check" : "search"} />
        {t("Look Closer")}
      </button>
      <span id="look-closer-price">
        {left === undefined
          ? t("Up to {0} requests", most)
          : t("Up to {0} of the {1} requests left today", Math.min(most, left), left)}
      </span>
    </div>
  );
}
