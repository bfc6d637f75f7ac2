import { t } from "@vscode/l10n";
import type { SendPreviewView } from "../chat/page/protocol";
import { post } from "./host";
import { Icon } from "./icon";
import { sendPreview } from "./pageState";

/** The choice of a question about the project: whether models may look into it, and what that takes. */
export function LookCloser() {
  const preview = sendPreview.value.lookCloser;
  if (!preview) return null;
  const { isOn } = preview;
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
      <span id="look-closer-price">{price(preview)}</span>
    </div>
  );
}

function price({ isOn, most, left }: NonNullable<SendPreviewView["lookCloser"]>): string {
  if (!isOn) return t("Off, up to {0} requests plus retries when on", Math.min(most, left ?? most));
  if (left === undefined) return t("Up to {0} requests plus retries", most);
  return left > most
    ? t("Up to {0} of the {1} requests left today, plus retries", most, left)
    : t("Up to {0} of the {0} requests left today", left);
}
