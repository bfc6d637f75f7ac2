import { t } from "@vscode/l10n";
import { useEffect, useRef } from "preact/hooks";
import { AttachmentChips } from "./attachmentChips";
import { isComposing } from "./composing";
import { draftAttachments, draftText, submit, submitting, typed } from "./draft";
import { post } from "./host";
import { Icon, IconButton } from "./icon";
import { takeTransfer } from "./incoming";
import { environment, focusRequests, running, turns } from "./model";

/** Where the question is written. */
export function Composer() {
  const field = useRef<HTMLTextAreaElement>(null);
  const busy = running.value !== undefined;
  const canSend = !busy && !submitting.value && (draftText.value.trim() !== "" || draftAttachments.value.length > 0);

  useEffect(() => {
    if (focusRequests.value > 0) field.current?.focus();
  }, [focusRequests.value]);

  // After sending, typing goes on in the composer, although it was locked for a moment and the send button has become another.
  const sent = useRef(false);
  useEffect(() => {
    if (sent.current && !submitting.value) field.current?.focus();
    sent.current = submitting.value;
  }, [submitting.value]);

  const onKeyDown = (event: KeyboardEvent): void => {
    if (isComposing(event)) return;
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      if (canSend) submit();
    } else if (event.key === "ArrowUp" && draftText.value === "") {
      const last = turns.value.at(-1)?.question.text;
      if (last !== undefined && last !== "") {
        event.preventDefault();
        typed(last);
      }
    }
  };

  return (
    <form
      class="composer"
      aria-label={t("New question")}
      onSubmit={(event) => {
        event.preventDefault();
        if (canSend) submit();
      }}
    >
      <AttachmentChips attachments={draftAttachments.value} onRemove={(id) => post({ type: "detach", id })} />
      <textarea
        ref={field}
        class="composer-text"
        rows={1}
        dir="auto"
        value={draftText.value}
        readOnly={submitting.value}
        placeholder={turns.value.length === 0 ? t("Ask about your code…") : t("Ask on…")}
        aria-label={t("Your question")}
        onInput={(event) => typed(event.currentTarget.value)}
        onKeyDown={onKeyDown}
        onPaste={(event) => {
          if (event.clipboardData && takeTransfer(event.clipboardData)) event.preventDefault();
        }}
      />
      <div class="composer-bar">
        <IconButton
          icon="attach"
          label={t("Attach Files or Pictures")}
          onClick={() => post({ type: "pick-attachments" })}
        />
        <button
          type="button"
          class="model-choice"
          title={t("Choose who answers")}
          onClick={() => post({ type: "choose-model" })}
        >
          <span>{environment.value.modelChoice}</span>
          <Icon name="chevron-down" />
        </button>
        {busy ? (
          <IconButton
            icon="debug-stop"
            label={t("Stop (Esc)")}
            onClick={() => post({ type: "stop" })}
            class="send stop"
          />
        ) : (
          <button
            type="submit"
            class="icon-button send"
            title={t("Send (Enter)")}
            aria-label={t("Send")}
            disabled={!canSend}
          >
            <Icon name="send" />
          </button>
        )}
      </div>
    </form>
  );
}
