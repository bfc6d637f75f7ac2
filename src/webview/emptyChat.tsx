import { t } from "@vscode/l10n";
import type { FromWebview } from "../chat/page/protocol";
import { post } from "./host";
import { Icon } from "./icon";
import { environment } from "./pageState";

interface Example {
  icon: string;
  title: string;
  /** Where its subject comes from, and what is asked about it. */
  subject: (FromWebview & { type: "example" })["subject"];
  text: string;
}

/** What is there before the first question: how to sign in, or what one could ask. */
export function EmptyChat() {
  return (
    <div class="empty">
      <span class="empty-mark" aria-hidden="true">
        <Icon name="sparkle" />
      </span>
      <h2>{t("Ask about your code, for nothing")}</h2>
      {environment.value.hasKey ? <Welcome /> : <GetKey />}
      <p class="privacy">
        {t("Questions go to free providers, who may keep them and train on them: send nothing secret.")}
      </p>
    </div>
  );
}

function Welcome() {
  return (
    <>
      <p class="empty-lead">
        {t("Each question goes to a free model that can answer it. When one is busy, another takes over.")}
      </p>
      <ul class="examples">
        {examples().map(({ icon, title, subject, text }) => (
          <li key={title}>
            <button type="button" class="example" onClick={() => post({ type: "example", subject, text })}>
              <Icon name={icon} />
              <span>{title}</span>
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}

function GetKey() {
  return (
    <>
      <p class="empty-lead">
        {t("One free OpenRouter account opens all free models. It takes a minute, and no card.")}
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
      text: t("Explain what this code does, and how."),
    },
    {
      icon: "search",
      title: t("Find problems in it"),
      subject: "editor",
      text: t("Look for bugs and weak spots in this code. Name the worst first, with its line and a fix."),
    },
    {
      icon: "beaker",
      title: t("Write tests for it"),
      subject: "editor",
      text: t("Write tests for this code, in the style and framework that suit it."),
    },
    {
      icon: "file-media",
      title: t("Ask about a picture"),
      subject: "picture",
      text: t("Describe this picture. If it shows an error or code, say what is wrong and how to fix it."),
    },
  ];
}
