import { t } from "@vscode/l10n";
import type { FailureMessage } from "../failureAction";
import { post } from "./host";
import { Icon } from "./icon";

interface ErrorBoxProps {
  turn: string;
  error: FailureMessage;
  /** Handles *Edit Question*, which needs no host. */
  onEdit: () => void;
}

/** Why there is no answer, one action to fix it, and the error message of the service. */
export function ErrorBox({ turn, error: { sentence, label, action, detail }, onEdit }: ErrorBoxProps) {
  const runAction = (): void => {
    if (action.do === "edit") onEdit();
    else post({ type: "act", turn, action });
  };
  return (
    <div class="error-box" role="group" aria-label={t("Error")}>
      <Icon name="warning" />
      <div class="error-text">
        <p>{sentence}</p>
        <button type="button" class="button small" onClick={runAction}>
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
