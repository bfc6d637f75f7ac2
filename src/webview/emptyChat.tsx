import { t } from "@vscode/l10n";
import type { FromWebview } from "../chat/page/protocol";
import { draftAttachments } from "./composerDraft";
import { post } from "./host";
import { Icon } from "./icon";
import { dismissDraftNotices, environment } from "./pageState";

interface Example {
  icon: string;
  title: string;
  /** What the question is about, which is attached. */
  subject: (FromWebview & { type: "example" })["subject"];
  text: string;
}

/** Shown before the first question: ways to a free model, or example questions. */
export function EmptyChat() {
  return (
    <div class="empty">
      <span class="empty-mark" aria-hidden="true">
        <Icon name="sparkle" />
      </span>
      <h2>{t("Ask about your code, for free")}</h2>
      {environment.value.canAsk ? <Welcome /> : <GetStarted />}
      <p class="privacy">
        {t(
          "Questions go to free providers, which may store them and train on them. Do not send anything confidential.",
        )}
      </p>
    </div>
  );
}

function Welcome() {
  return (
    <>
      <p class="empty-lead">
        {t("Each question goes to a free model that can answer it. If that model is busy, another one takes over.")}
      </p>
      <ul class="examples">
        {examples().map(({ icon, title, subject, text }) => (
          <li key={title}>
            <button
              type="button"
              class="example"
              onClick={() => {
                dismissDraftNotices();
                post({ type: "example", subject, text });
              }}
            >
              <Icon name={icon} />
              <span>{title}</span>
            </button>
          </li>
        ))}
      </ul>
      {/* Attachments need the room, and somebody who has begun to ask can read it later. */}
      {environment.value.recommendsAdaptive && draftAttachments.value.length === 0 && <RecommendAdaptive />}
    </>
  );
}

/** Shown until the user has chosen how models are selected. */
function RecommendAdaptive() {
  return (
    <p class="recommendation">
      {t("Models are selected at random. Recommended: prefer models that are good at code and answer reliably.")}{" "}
      <button type="button" class="text-button" onClick={() => post({ type: "use-adaptive" })}>
        {t("Use Automatic (adaptive)")}
      </button>
    </p>
  );
}

function GetStarted() {
  return (
    <>
      <p class="empty-lead">
        {t(
          "A free OpenRouter account gives you access to all free models. Signing up takes a minute. No credit card needed.",
        )}
      </p>
      <div class="buttons stacked">
        <button type="button" class="button" onClick={() => post({ type: "sign-in" })}>
          <Icon name="account" />
          {t("Sign In with OpenRouter")}
        </button>
        <button type="button" class="button secondary" onClick={() => post({ type: "set-key" })}>
          <Icon name="key" />
          {t("Enter a Key Instead")}
        </button>
        <button type="button" class="button secondary" onClick={() => post({ type: "use-local-models" })}>
          <Icon name="vm" />
          {t("Use Local Models")}
        </button>
      </div>
    </>
  );
}

function examples(): Example[] {
  return [
    {
      icon: "book",
      title: t("Explain the open file"),
      subject: "editor",
      text: t("Explain what this code does and how it works."),
    },
    {
      icon: "search",
      title: t("Find bugs in this file"),
      subject: "editor",
      text: t(
        "Find bugs and weaknesses in this code. Start with the most serious one, and give the line and a fix for each.",
      ),
    },
    {
      icon: "beaker",
      title: t("Write tests for this file"),
      subject: "editor",
      text: t("Write tests for this code. Use a suitable test framework and match the style of the code."),
    },
    {
      icon: "file-media",
      title: t("Ask about an image"),
      subject: "image",
      text: t("Describe this image. If it shows an error or code, explain what is wrong and how to fix it."),
    },
  ];
}
