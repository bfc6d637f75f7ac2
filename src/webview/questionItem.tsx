import { t } from "@vscode/l10n";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { Versions } from "./answerFooter";
import { AttachmentChips } from "./attachmentChips";
import { isComposing } from "./imeComposition";
import { post } from "./host";
import { Icon, IconButton } from "./icon";
import { dismissDraftNotices, running, type TurnState } from "./pageState";

interface QuestionProps {
  turn: TurnState;
  editing: boolean;
  setEditing: (editing: boolean) => void;
}

/** A question with its attachments, and a button to edit it and ask again. */
export function QuestionItem({ turn, editing, setEditing }: QuestionProps) {
  const { text, attachments } = turn.question;
  const actions = useRef<HTMLDivElement>(null);
  const isCanceled = useRef(false);
  useLayoutEffect(() => {
    if (isCanceled.current) actions.current?.querySelector<HTMLElement>(".edit-question")?.focus();
    isCanceled.current = false;
  }, [editing]);
  const cancel = (): void => {
    isCanceled.current = true;
    setEditing(false);
  };
  return (
    <section class={`question${editing ? " editing" : ""}`}>
      <h2 class="visually-hidden">{t("You asked")}</h2>
      <div class="bubble">
        <AttachmentChips key={turn.id} attachments={attachments} />
        {editing ? (
          <Editor turn={turn} onSent={() => setEditing(false)} onCancel={cancel} />
        ) : (
          text !== "" && <QuestionText key={turn.id} text={text} />
        )}
      </div>
      {!editing && (
        <div class="question-actions" role="toolbar" ref={actions} aria-label={t("Question")}>
          <Versions
            label={t("Version {0} of {1}", turn.versions.indexOf(turn.id) + 1, turn.versions.length)}
            ids={turn.versions}
            shown={turn.id}
            onShow={(id) => post({ type: "show", after: turn.after, id })}
          />
          <IconButton
            icon="edit"
            class="edit-question"
            label={t("Edit and Ask Again")}
            disabled={running.value !== undefined}
            onClick={() => setEditing(true)}
          />
        </div>
      )}
    </section>
  );
}

/** Longer questions are folded, in favor of the answer. Characters. */
const maxUnfoldedLength = 700;

function QuestionText({ text }: { text: string }) {
  const isLong = text.length > maxUnfoldedLength || text.split("\n", 14).length > 13;
  const [isOpen, setOpen] = useState(!isLong);
  return (
    <>
      <div class={`question-text${isOpen ? "" : " folded"}`} dir="auto">
        {text}
      </div>
      {isLong && (
        <button type="button" class="fold" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          <Icon name={isOpen ? "chevron-up" : "chevron-down"} />
          {isOpen ? t("Show Less") : t("Show All")}
        </button>
      )}
    </>
  );
}

interface EditorProps {
  turn: TurnState;
  onSent: () => void;
  onCancel: () => void;
}

function Editor({ turn, onSent, onCancel }: EditorProps) {
  const [text, setText] = useState(turn.question.text);
  const field = useRef<HTMLTextAreaElement>(null);
  // A layout effect, because a frame later the user may already have moved the cursor.
  useLayoutEffect(() => {
    field.current?.focus();
    field.current?.setSelectionRange(text.length, text.length);
  }, []);
  const send = (): void => {
    if (text.trim() === "") return;
    dismissDraftNotices();
    post({ type: "edit", turn: turn.id, text });
    onSent();
  };
  return (
    <div class="question-editor">
      <textarea
        ref={field}
        value={text}
        aria-label={t("Your question")}
        onInput={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (isComposing(event)) return;
          if (event.key === "Escape") {
            event.preventDefault();
            onCancel();
          }
          if (event.key === "Enter" && !event.shiftKey) {
            event.preventDefault();
            send();
          }
        }}
      />
      <div class="buttons">
        <button type="button" class="button small secondary" onClick={onCancel}>
          {t("Cancel")}
        </button>
        <button type="button" class="button small" onClick={send} disabled={running.value !== undefined}>
          {t("Ask Again")}
        </button>
      </div>
    </div>
  );
}
