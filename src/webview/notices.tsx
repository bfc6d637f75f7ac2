import { t } from "@vscode/l10n";
import { visibleLines } from "../visibleText";
import { post } from "./host";
import { Icon, IconButton } from "./icon";
import { draftAttachments, draftText } from "./composerDraft";
import { dismissNotice, environment, notices, turns } from "./pageState";

/** Notifications above the composer that do not belong to an answer. */
export function Notices() {
  const { canAsk, isSigningIn } = environment.value;
  return (
    <div class="notices" role="alert">
      {isSigningIn && <SignInCard />}
      {!canAsk && !isSigningIn && turns.value.length > 0 && (
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

/** Shown while a sign-in waits for the browser. */
function SignInCard() {
  const isAsking =
    draftText.value.trim() !== "" ||
    draftAttachments.value.length > 0 ||
    turns.value.at(-1)?.answer?.header.value.error?.action.do === "sign-in";
  return (
    <div class="notice sign-in-card">
      <Icon name="account" />
      <p>{isAsking ? t("Waiting for your browser. Your question is next.") : t("Waiting for your browser.")}</p>
      <div class="buttons">
        <button type="button" class="button small" onClick={() => post({ type: "paste-sign-in-code" })}>
          {t("Paste a Code")}
        </button>
        <button type="button" class="button small secondary" onClick={() => post({ type: "sign-in" })}>
          {t("Open Again")}
        </button>
      </div>
    </div>
  );
}
