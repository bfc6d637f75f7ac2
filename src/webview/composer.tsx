import { t } from "@vscode/l10n";
import { useEffect, useRef } from "preact/hooks";
import { AttachmentChips } from "./attachmentChips";
import { isComposing } from "./composing";
import { draftAttachments, draftText, queued, submit, submitting, typed } from "./draft";
import { post } from "./host";
import { Icon, IconButton } from "./icon";
import { takeTransfer } from "./incoming";
import { environment, focusRequests, running, turns } from "./model";

/** What was asked while an answer is being written, in the order in which it will be asked. */
function Queue() {
  if (queued.value.length === 0) return null;
  return (
    <ul class="queue" aria-label={t("Waiting")}>
      {queued.value.map(({ id, text, attachments }) => (
        <li key={id} class="queued">
          <Icon name="history" />
          <span class="chip-text">{text || t("{0} attached", attachments)}</span>
          <IconButton icon="edit" label={t("Back to the composer")} onClick={() => post({ type: "unqueue", id })} />
        </li>
      ))}
    </ul>
  );
}

/** Where the question is written. */
export function Composer() {
  const field = useRef<HTMLTextAreaElement>(null);
  const busy = running.value !== undefined;
  const canSend = !submitting.value && (draftText.value.trim() !== "" || draftAttachments.value.length > 0);

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
      <Queue />
      <AttachmentChips attachments={draftAttachments.value} onRemove={(id) => post({ type: "detach", id })} />
      <textarea
        ref={field}
        class="composer-text"
        rows={1}
        dir="auto"
        value={draftText.value}
        readOnly={submitting.value}
        placeholder={turns.value.length === 0 ? t("Ask about your code…") : t("Ask a follow-up…")}
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
        <span class="composer-deeds">
          {busy && (
            <IconButton icon="debug-stop" label={t("Stop (Esc)")} onClick={() => post({ type: "stop" })} class="send" />
          )}
          {(!busy || canSend) && (
            <button
              type="submit"
              class={`icon-button ${busy ? "" : "send"}`}
              title={busy ? t("Ask when this answer is complete (Enter)") : t("Send (Enter)")}
              aria-label={busy ? t("Ask when this answer is complete") : t("Send")}
              disabled={!canSend}
            >
              <Icon name="send" />
            </button>
          )}
        </span>
      </div>
    </form>
  );
}
