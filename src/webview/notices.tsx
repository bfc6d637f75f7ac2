import { t } from "@vscode/l10n";
import { visibleLines } from "../visibleText";
import { post } from "./host";
import { Icon, IconButton } from "./icon";
import { dismissNotice, environment, notices, turns } from "./pageState";

/** Notifications above the composer that do not belong to an answer. */
export function Notices() {
  return (
    <div class="notices" role="alert">
      {!environment.value.canAsk && turns.value.length > 0 && (
        <div class="notice">
          <Icon name="key" />
          <p>{t("You are signed out. Sign in to ask another question.")}</p>
          <button type="button" class="button small" onClick={() => post({ type: "sign-in" })}>
            {t("Sign In")}
          </button>
        </div>
      )}
      {notices.value.map(({ id, severity, text }) => (
        <div class={`notice ${severity}`} key={id}>
          <Icon name={severity === "error" ? "warning" : "info"} />
          <p>{visibleLines(text)}</p>
          <IconButton icon="close" label={t("Dismiss")} onClick={() => dismissNotice(id)} />
        </div>
      ))}
    </div>
  );
}
