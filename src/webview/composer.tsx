import { t } from "@vscode/l10n";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { AttachmentChips } from "./attachmentChips";
import { isComposing } from "./imeComposition";
import { draftAttachments, draftText, queuedQuestions, submit, submitting, editDraft } from "./composerDraft";
import { post } from "./host";
import { Icon, IconButton } from "./icon";
import { LookCloser } from "./lookCloser";
import { receiveTransfer } from "./pasteAndDrop";
import { mentionQueryAt, type MentionQuery } from "./mentionQuery";
import {
  conversation,
  dismissAnsweredNotices,
  dismissDraftNotices,
  environment,
  focusRequests,
  goesOnFrom,
  sendPreview,
  running,
  textSelection,
  turns,
} from "./pageState";
import { ProjectSearchStatus } from "./projectSearch";
import { visibleName } from "../visibleText";
import { SendPreviewWarning, TokenEstimate } from "./sendPreview";
import { MentionList, mentionListId, mentionRowId } from "./mentionList";
import {
  chooseMention,
  closeMentions,
  followCursor,
  cursorRequest,
  dismissMentions,
  suspendMentions,
  updateMentionQuery,
  moveActiveMention,
  resumeMentions,
  mentionSearch,
} from "./mentionSearch";

/** Questions submitted while an answer is running, in the order in which they will be sent. */
function Queue() {
  if (queuedQuestions.value.length === 0) return null;
  return (
    <ul class="queue" aria-label={t("Queued questions")}>
      {queuedQuestions.value.map((question) => (
        <QueuedQuestion key={question.id} {...question} />
      ))}
    </ul>
  );
}

function QueuedQuestion({ id, text, attachments }: (typeof queuedQuestions.value)[number]) {
  const label = text || t("Attachments: {0}", attachments);
  const shortLabel = label.length > 60 ? `${label.slice(0, 60)}…` : label;
  const edit = (): void => {
    post({ type: "unqueue", id });
    focusRequests.value += 1; // The text goes there.
  };
  return (
    <li class="queued">
      <Icon name="history" />
      <span class="queued-text" title={label}>
        {label}
      </span>
      <IconButton icon="edit" label={t("Edit Queued Question")} onClick={edit} />
      <IconButton
        icon="close"
        label={t("Remove {0}", shortLabel)}
        onClick={() => post({ type: "remove-queued", id })}
      />
    </li>
  );
}

/** A double click on *Send* must not stop the answer: *Stop* takes its place. In milliseconds. */
const doubleClickMs = 500;
let sentAt = -Infinity;

function send(options?: { several: boolean }): void {
  sentAt = performance.now();
  dismissDraftNotices();
  submit(options);
}

function stop(): void {
  if (performance.now() - sentAt >= doubleClickMs) post({ type: "stop" });
}

/** The form for a new question. */
export function Composer() {
  const field = useRef<HTMLTextAreaElement>(null);
  const busy = running.value !== undefined;
  const canSend = !submitting.value && (draftText.value.trim() !== "" || draftAttachments.value.length > 0);

  useEffect(() => {
    if (focusRequests.value > 0) field.current?.focus();
  }, [focusRequests.value]);

  useEffect(() => {
    const onSelectionChange = (): void => {
      if (field.current) followCursor(queryBeforeCursor(field.current));
    };
    document.addEventListener("selectionchange", onSelectionChange);
    return () => document.removeEventListener("selectionchange", onSelectionChange);
  }, []);

  useEffect(closeMentions, [conversation.value, submitting.value]);

  // Submitting makes the field read-only for a moment and replaces the focused send button, so move the focus back.
  const wasSubmitting = useRef(false);
  useEffect(() => {
    if (wasSubmitting.current && !submitting.value) field.current?.focus();
    wasSubmitting.current = submitting.value;
  }, [submitting.value]);

  useLayoutEffect(() => {
    if (cursorRequest.value) field.current?.setSelectionRange(cursorRequest.value.at, cursorRequest.value.at);
  }, [cursorRequest.value]);

  useEffect(() => {
    if (!field.current || !textSelection.value) return;
    const { start, end } = textSelection.value;
    field.current.setSelectionRange(start, end);
    // Focusing a field scrolls its selection into view, unless it has the focus already.
    field.current.blur();
    field.current.focus();
  }, [textSelection.value]);

  const onKeyDown = (event: KeyboardEvent): void => {
    if (isComposing(event)) return;
    if (handleMentionKey(event)) event.preventDefault();
    else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      if (canSend) send();
    } else if (event.key === "ArrowUp" && draftText.value === "") {
      const lastQuestion = turns.value.at(-1)?.question.text;
      if (lastQuestion !== undefined && lastQuestion !== "") {
        event.preventDefault();
        editDraft(lastQuestion);
      }
    }
  };

  return (
    <form
      class="composer"
      aria-label={t("New question")}
      onClick={dismissAnsweredNotices}
      onInput={dismissAnsweredNotices}
      onPasteCapture={dismissAnsweredNotices}
      onSubmit={(event) => {
        event.preventDefault();
        if (canSend) send();
      }}
    >
      <MentionList />
      <div class="composer-extras">
        <Queue />
        <AttachmentChips
          attachments={[...sendPreview.value.instructions, ...draftAttachments.value]}
          onRemove={(id) => post({ type: "detach", id })}
          {...(draftAttachments.value.length > 1 && {
            onRemoveAll: () => {
              post({ type: "detach-all" });
              field.current?.focus();
            },
          })}
        />
        <ProjectSearchStatus />
        <LookCloser />
        <SendPreviewWarning />
      </div>
      <textarea
        ref={field}
        class="composer-text"
        rows={1}
        dir="auto"
        value={draftText.value}
        readOnly={submitting.value}
        placeholder={placeholder()}
        aria-label={t("Your question")}
        aria-autocomplete="list"
        {...mentionListAttributes()}
        onInput={({ currentTarget }) => {
          editDraft(currentTarget.value);
          updateMentionQuery(queryBeforeCursor(currentTarget));
        }}
        onBlur={suspendMentions}
        onFocus={({ currentTarget }) => resumeMentions(queryBeforeCursor(currentTarget))}
        onKeyDown={onKeyDown}
        onPaste={(event) => {
          if (event.clipboardData && receiveTransfer(event.clipboardData)) event.preventDefault();
        }}
      />
      <div class="composer-bar">
        <IconButton
          icon="attach"
          label={t("Attach Files or Images")}
          onClick={() => post({ type: "pick-attachments" })}
        />
        <button
          type="button"
          class="model-choice"
          title={t("Select Model")}
          onClick={() => post({ type: "choose-model" })}
        >
          <span>{environment.value.modelChoice}</span>
          <Icon name="chevron-down" />
        </button>
        <span class="composer-actions">
          <TokenEstimate />
          {!busy && (
            <IconButton
              icon="split-horizontal"
              label={t("Ask Several Models…")}
              disabled={!canSend}
              onClick={() => send({ several: true })}
            />
          )}
          {busy && <IconButton icon="debug-stop" label={t("Stop (Esc)")} onClick={stop} class="send" />}
          {(!busy || canSend) && (
            <button
              type="submit"
              class={`icon-button ${busy ? "" : "send"}`}
              title={busy ? t("Add to Queue (Enter)") : t("Send (Enter)")}
              aria-label={busy ? t("Add to Queue") : t("Send")}
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

function placeholder(): string {
  if (turns.value.length === 0) return t("Ask about your code. Type @ to attach.");
  const answer = goesOnFrom.value;
  const model = answer?.hasContent.text.value ? answer.header.value.model : undefined;
  return model ? t("Ask a follow-up to {0}…", visibleName(model.name)) : t("Ask a follow-up…");
}

/** Handles a key while the `@` list is open. Returns `false` if the key keeps its usual effect. */
function handleMentionKey(event: KeyboardEvent): boolean {
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
      moveActiveMention(event.key === "ArrowDown" ? 1 : -1);
      return true;
    case "Enter":
    case "Tab":
      return chooseMention();
    default:
      return false;
  }
}

function queryBeforeCursor(field: HTMLTextAreaElement): MentionQuery | undefined {
  return field.selectionStart === field.selectionEnd ? mentionQueryAt(field.value, field.selectionStart) : undefined;
}

/**
 * ARIA attributes that connect the field with the `@` list. HTML allows no other role on a `textarea`, so it is a text field with
 * suggestions instead of a combobox. The number of results is announced.
 */
function mentionListAttributes() {
  const search = mentionSearch.value;
  if (!search) return {};
  return {
    "aria-haspopup": "listbox",
    "aria-controls": mentionListId,
    ...(search.results.length > 0 && { "aria-activedescendant": mentionRowId(search.active) }),
  } as const;
}
