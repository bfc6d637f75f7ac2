import { t } from "@vscode/l10n";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { AttachmentChips } from "./attachmentChips";
import { isComposing } from "./imeComposition";
import { draftAttachments, draftText, queued, submit, submitting, typed } from "./draft";
import { post } from "./host";
import { Icon, IconButton } from "./icon";
import { receiveTransfer } from "./pasteAndDrop";
import { mentionQueryAt, type MentionQuery } from "./mentionQuery";
import { conversation, environment, focusRequests, sendPreview, running, turns } from "./pageState";
import { SendPreviewWarning, TokenEstimate } from "./sendPreview";
import { MentionList, mentionListId, mentionRowId } from "./mentionList";
import {
  chooseMention,
  closeMentions,
  cursorMoved,
  cursorRequest,
  dismissMentions,
  leaveMentions,
  queryTyped,
  moveInMentions,
  returnToMentions,
  mentionSearch,
} from "./mentionSearch";

/** What was asked while an answer is being written, in the order in which it will be asked. */
function Queue() {
  if (queued.value.length === 0) return null;
  return (
    <ul class="queue" aria-label={t("Waiting")}>
      {queued.value.map((question) => (
        <Queued key={question.id} {...question} />
      ))}
    </ul>
  );
}

function Queued({ id, text, attachments }: (typeof queued.value)[number]) {
  const words = text || t("{0} attached", attachments);
  const short = words.length > 60 ? `${words.slice(0, 60)}…` : words;
  return (
    <li class="queued">
      <Icon name="history" />
      <span class="queued-text" title={words}>
        {words}
      </span>
      <IconButton icon="edit" label={t("Back to the composer")} onClick={() => post({ type: "unqueue", id })} />
      <IconButton icon="close" label={t("Remove {0}", short)} onClick={() => post({ type: "remove-queued", id })} />
    </li>
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

  useEffect(() => {
    const onSelectionChange = (): void => {
      if (field.current) cursorMoved(queryBefore(field.current));
    };
    document.addEventListener("selectionchange", onSelectionChange);
    return () => document.removeEventListener("selectionchange", onSelectionChange);
  }, []);

  useEffect(closeMentions, [conversation.value, submitting.value]);

  // After sending, typing goes on in the composer, although it was locked for a moment and the send button has become another.
  const sent = useRef(false);
  useEffect(() => {
    if (sent.current && !submitting.value) field.current?.focus();
    sent.current = submitting.value;
  }, [submitting.value]);

  useLayoutEffect(() => {
    if (cursorRequest.value) field.current?.setSelectionRange(cursorRequest.value.at, cursorRequest.value.at);
  }, [cursorRequest.value]);

  const onKeyDown = (event: KeyboardEvent): void => {
    if (isComposing(event)) return;
    if (keyInMentions(event)) event.preventDefault();
    else if (event.key === "Enter" && !event.shiftKey) {
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
      <MentionList />
      <Queue />
      <AttachmentChips
        attachments={[...sendPreview.value.instructions, ...draftAttachments.value]}
        onRemove={(id) => post({ type: "detach", id })}
      />
      <SendPreviewWarning />
      <textarea
        ref={field}
        class="composer-text"
        rows={1}
        dir="auto"
        value={draftText.value}
        readOnly={submitting.value}
        placeholder={turns.value.length === 0 ? t("Ask about your code, @ to attach") : t("Ask a follow-up…")}
        aria-label={t("Your question")}
        aria-autocomplete="list"
        {...listState()}
        onInput={({ currentTarget }) => {
          typed(currentTarget.value);
          queryTyped(queryBefore(currentTarget));
        }}
        onBlur={leaveMentions}
        onFocus={({ currentTarget }) => returnToMentions(queryBefore(currentTarget))}
        onKeyDown={onKeyDown}
        onPaste={(event) => {
          if (event.clipboardData && receiveTransfer(event.clipboardData)) event.preventDefault();
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
          <TokenEstimate />
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

/** What a key does while the list behind `@` is open; `false` where it does what it always does. */
function keyInMentions(event: KeyboardEvent): boolean {
  const search = mentionSearch.value;
  if (!search || event.ctrlKey || event.altKey || event.metaKey) return false;
  if (event.key === "Escape" || (event.key === "Tab" && event.shiftKey)) {
    dismissMentions();
    return true;
  }
  if (event.shiftKey) return false;
  switch (event.key) {
    case "ArrowDown":
    case "ArrowUp":
      moveInMentions(event.key === "ArrowDown" ? 1 : -1);
      return true;
    case "Enter":
    case "Tab":
      return chooseMention();
    default:
      return false;
  }
}

function queryBefore(field: HTMLTextAreaElement): MentionQuery | undefined {
  return field.selectionStart === field.selectionEnd ? mentionQueryAt(field.value, field.selectionStart) : undefined;
}

/**
 * How the field tells of its list. HTML gives a text area no other role than its own, so it is a text field with suggestions rather
 * than a combobox; how many there are is announced.
 */
function listState() {
  const search = mentionSearch.value;
  if (!search) return {};
  return {
    "aria-haspopup": "listbox",
    "aria-controls": mentionListId,
    ...(search.found.length > 0 && { "aria-activedescendant": mentionRowId(search.active) }),
  } as const;
}
