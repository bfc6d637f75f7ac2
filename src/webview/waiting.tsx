import { t } from "@vscode/l10n";
import { useEffect, useRef } from "preact/hooks";
import type { AnswerHeader } from "../chat/page/protocol";
import { announce } from "./announcer";
import { post } from "./host";
import { useNow } from "./useNow";
import { formatElapsed } from "./numberFormat";

/** For so long the name of the model says enough. In milliseconds. */
const quietMs = 3_000;

/** What a waiting answer says and offers. */
interface WaitingState {
  /** The text without times, which screen readers hear once. */
  announcement: string;
  text: string;
  button?: { label: string; message: "ask-another" | "stop" };
  /** Whether the text lacks a time, so that the elapsed one is shown. */
  isTimeless?: boolean;
}

/**
 * Shown from sending a question until the first text: the model, what will happen next and when, and a button for it. `isColumn`: other
 * models answer beside it.
 */
export function Waiting({ header, isColumn }: { header: AnswerHeader; isColumn: boolean }) {
  const now = useNow(true);
  const { announcement, text, button, isTimeless } = waitingState(header, now, isColumn);
  const elapsedMs = now - header.startedAt;
  useAnnouncement(announcement);
  return (
    <div class="waiting">
      <span class="dots" aria-hidden="true">
        <i />
        <i />
        <i />
      </span>
      <div class="waiting-state">
        <span class="waiting-text">{text}</span>
        {isTimeless && elapsedMs >= quietMs && (
          <span class="waiting-time">{formatElapsed(Math.floor(elapsedMs / 1000))}</span>
        )}
        {button && (
          <button
            type="button"
            class="button secondary small"
            onClick={() => post({ type: button.message, answer: header.id })}
          >
            {button.label}
          </button>
        )}
      </div>
    </div>
  );
}

/** Announces each change of state. The first one is announced as the question that was sent. */
function useAnnouncement(announcement: string): void {
  const announced = useRef(announcement);
  useEffect(() => {
    if (announcement !== announced.current) announce(announcement);
    announced.current = announcement;
  }, [announcement]);
}

function waitingState(header: AnswerHeader, now: number, isColumn: boolean): WaitingState {
  const { wait, model, failures, startedAt } = header;
  const secondsLeft = wait ? Math.ceil((wait.until - now) / 1000) : 0;
  if (!wait || secondsLeft <= 0 || (wait.reason === "slow" && now - startedAt < quietMs))
    return asking(model, failures);
  switch (wait.reason) {
    case "slow": {
      const name = model?.name ?? t("The model");
      return {
        announcement: t("{0} has not answered yet. Another model will be asked.", name),
        text: t("{0} has not answered yet. Another model is asked in {1} s", name, secondsLeft),
        button: { label: t("Ask Another Now"), message: "ask-another" },
      };
    }
    case "queue":
      return timeless(t("The local server answers another question first"));
    case "loading":
      return model
        ? {
            announcement: t("Loading {0}", model.name),
            text: t("Loading {0}. Waiting {1} s at most", model.name, secondsLeft),
          }
        : {
            announcement: t("The local server is loading a model"),
            text: t("The local server is loading a model. Waiting {0} s at most", secondsLeft),
          };
    case "minute-limit":
      return {
        announcement: t("This minute's free requests are used up. Continuing automatically."),
        text: t("This minute's free requests are used up. Continuing in {0}", formatElapsed(secondsLeft)),
        button: cancelButton(),
      };
    case "resting":
      return { ...busyTexts(formatElapsed(secondsLeft), isColumn), button: cancelButton() };
  }
}

const cancelButton = () => ({ label: t("Cancel"), message: "stop" }) as const;

/** Each of several answers has models of its own. */
function busyTexts(timeLeft: string, isColumn: boolean): Pick<WaitingState, "announcement" | "text"> {
  return isColumn
    ? {
        announcement: t("The models for this answer are busy. Trying again automatically, which takes more requests."),
        text: t("The models for this answer are busy. Trying again in {0}, which takes more requests", timeLeft),
      }
    : {
        announcement: t("All free models that fit are busy. Trying again automatically, which takes more requests."),
        text: t("All free models that fit are busy. Trying again in {0}, which takes more requests", timeLeft),
      };
}

function asking(model: AnswerHeader["model"], failures: readonly string[]): WaitingState {
  if (!model) return timeless(t("Selecting a free model"));
  return timeless(
    failures.length === 0 ? t("Asking {0}", model.name) : t("{0}, asking {1}", failures.join(", "), model.name),
  );
}

const timeless = (text: string): WaitingState => ({ announcement: text, text, isTimeless: true });
