import { t } from "@vscode/l10n";
import type { FailureMessage } from "../failureAction";
import { post } from "./host";
import { Icon } from "./icon";

interface ErrorBoxProps {
  turn: string;
  error: FailureMessage;
  /** What *Edit Question* does: it happens on the page. */
  onEdit: () => void;
}

/** Why there is no answer, one thing to do about it, and what the service said. */
export function ErrorBox({ turn, error: { sentence, label, action, detail }, onEdit }: ErrorBoxProps) {
  const act = (): void => {
    if (action.do === "edit") onEdit();
    else post({ type: "act", turn, action });
  };
  return (
    <div class="error-box" role="group" aria-label={t("Error")}>
      <Icon name="warning" />
      <div class="error-words">
        <p>{sentence}</p>
        <button type="button" class="button small" onClick={act}>
          {label}
        </button>
        {detail !== undefined && detail !== "" && (
          <details>
            <summary>{t("Details")}</summary>
            <pre tabIndex={0}>{detail}</pre>
          </details>
        )}
      </div>
    </div>
  );
}
