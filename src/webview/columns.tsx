import { t } from "@vscode/l10n";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import type { RefObject } from "preact";
import { visibleName } from "../visibleText";
import { announce } from "./announcer";
import { AnswerDetails, AnswerMenuButton, ContinueButton, CopyAnswerButton } from "./answerFooter";
import { AnswerBody } from "./answerItem";
import { isRunning, type AnswerState } from "./answerState";
import { commonStart } from "./commonStart";
import { post } from "./host";
import { Icon, IconButton } from "./icon";
import { readAnswer, type TurnState } from "./pageState";

/** In a narrower column, code and tables cannot be read. CSS pixels. */
const minColumnWidth = 320;

interface ColumnsProps {
  turn: TurnState;
  /** Render the Markdown when the page is idle. */
  deferred: boolean;
  onEdit: () => void;
}

/** The answers of several models to one question: side by side where there is room, else in tabs. */
export function Columns(props: ColumnsProps) {
  const element = useRef<HTMLDivElement>(null);
  const width = useWidth(element);
  const { columns } = props.turn;
  return (
    <div class="columns" ref={element}>
      {width >= columns.length * minColumnWidth ? (
        <div class="column-row">
          {columns.map((answer) => (
            <section
              class="answer column"
              key={answer.id}
              aria-label={nameOf(props.turn, answer)}
              aria-busy={isRunning(answer.header.value)}
            >
              <ColumnHeader turn={props.turn} answer={answer} />
              <Column {...props} answer={answer} />
            </section>
          ))}
        </div>
      ) : (
        width > 0 && <ColumnTabs {...props} />
      )}
      {columns.map((answer) => (
        <EndAnnouncement key={answer.id} turn={props.turn} answer={answer} />
      ))}
    </div>
  );
}

/** One answer at a time, with a tab for each. */
function ColumnTabs(props: ColumnsProps) {
  const { id, columns } = props.turn;
  const [selected, select] = useState(0);
  const list = useRef<HTMLDivElement>(null);
  const index = Math.min(selected, columns.length - 1);
  const named = columns.filter(({ header }) => header.value.model);
  const start = commonStart(named.map((each) => nameOf(props.turn, each)));
  const answer = columns[index];
  const panel = `panel-${id}`;
  useLayoutEffect(() => read(answer?.id), [answer?.id]);
  useLayoutEffect(() => () => read(undefined), []);
  const move = (to: number): void => {
    const next = (to + columns.length) % columns.length;
    select(next);
    list.current?.querySelectorAll<HTMLElement>("[role=tab]")[next]?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const targets: Record<string, number> = {
      ArrowRight: index + 1,
      ArrowLeft: index - 1,
      Home: 0,
      End: columns.length - 1,
    };
    const to = targets[event.key];
    if (to === undefined) return;
    event.preventDefault();
    move(to);
  };
  return (
    <>
      <div class="column-tabs" role="tablist" aria-label={t("Answers")} ref={list} onKeyDown={onKeyDown}>
        {columns.map((each, position) => (
          <button
            type="button"
            key={each.id}
            role="tab"
            id={`tab-${id}-${position}`}
            class="column-tab"
            aria-selected={position === index}
            aria-controls={panel}
            tabIndex={position === index ? 0 : -1}
            title={nameOf(props.turn, each)}
            onClick={() => select(position)}
          >
            <ColumnState answer={each} />
            <span class="column-number" aria-hidden="true">
              {position + 1}
            </span>
            <TabName name={nameOf(props.turn, each)} start={each.header.value.model ? start : 0} />
          </button>
        ))}
      </div>
      {answer && (
        <section
          class="answer column"
          role="tabpanel"
          id={panel}
          aria-labelledby={`tab-${id}-${index}`}
          aria-busy={isRunning(answer.header.value)}
          key={answer.id}
        >
          <h3 class="visually-hidden">{nameOf(props.turn, answer)}</h3>
          <Column {...props} answer={answer} showsModel />
        </section>
      )}
    </>
  );
}

/** The next question goes on from the answer of the tab that is shown. */
function read(answer: string | undefined): void {
  readAnswer.value = answer;
  post({ type: "read", ...(answer !== undefined && { answer }) });
}

/** Where there is no room for the whole name, its start is left out, which is the same in all tabs. */
function TabName({ name, start }: { name: string; start: number }) {
  return (
    <span class="tab-name">
      {start > 0 && <span class="tab-name-start">{name.slice(0, start)}</span>}
      <span class="column-name">{name.slice(start)}</span>
    </span>
  );
}

function ColumnHeader({ turn, answer }: Pick<ColumnsProps, "turn"> & { answer: AnswerState }) {
  const name = nameOf(turn, answer);
  return (
    <h3 class="column-header" title={name}>
      <ColumnState answer={answer} />
      <span class="column-name">{name}</span>
    </h3>
  );
}

/** How far the answer is, as an icon. */
function ColumnState({ answer }: { answer: AnswerState }) {
  switch (answer.header.value.status) {
    case "waiting":
    case "streaming":
      return <Icon name="loading" />;
    case "complete":
      return <Icon name="check" />;
    case "stopped":
    case "interrupted":
      return <Icon name="debug-pause" />;
    case "failed":
      return <Icon name="warning" />;
  }
}

/** An answer and what can be done with it. With `showsModel`, its details name the model in full. */
function Column({
  turn,
  answer,
  deferred,
  onEdit,
  showsModel,
}: ColumnsProps & { answer: AnswerState; showsModel?: true }) {
  const { model, ...withoutModel } = answer.header.value;
  const header = showsModel ? answer.header.value : withoutModel;
  const hasText = answer.hasContent.text.value;
  const name = nameOf(turn, answer);
  return (
    <>
      <AnswerBody turn={turn} answer={answer} deferred={deferred} onEdit={onEdit} />
      <div class="answer-footer">
        <AnswerDetails header={header} hasText={hasText} />
        {header.status === "stopped" && hasText && <ContinueButton answer={answer.id} />}
        <div class="answer-actions" role="toolbar" aria-label={t("Answer from {0}", name)}>
          {isRunning(header) ? (
            <IconButton
              icon="debug-stop"
              label={t("Stop This Answer")}
              onClick={() => post({ type: "stop", answer: answer.id })}
            />
          ) : (
            <>
              {hasText && <CopyAnswerButton answer={answer.id} />}
              <IconButton
                icon="arrow-swap"
                label={t("Ask Another Model")}
                onClick={() => post({ type: "regenerate", turn: turn.id, another: true, column: answer.id })}
              />
              <AnswerMenuButton header={answer.header.value} />
            </>
          )}
        </div>
        {!isRunning(header) && hasText && (
          <button
            type="button"
            class="button small secondary keep"
            onClick={() => post({ type: "keep", answer: answer.id })}
          >
            {t("Keep This One")}
          </button>
        )}
      </div>
    </>
  );
}

/** Says that one of several answers has ended, also if its tab is not selected. */
function EndAnnouncement({ turn, answer }: Pick<ColumnsProps, "turn"> & { answer: AnswerState }) {
  const name = nameOf(turn, answer);
  const isWriting = isRunning(answer.header.value);
  const wasWriting = useRef(isWriting);
  useEffect(() => {
    if (wasWriting.current && !isWriting) announce(t("{0} has ended its answer.", name));
    wasWriting.current = isWriting;
  }, [name, isWriting]);
  return null;
}

/** The model, or the number of the column while there is none. */
function nameOf({ columns }: TurnState, answer: AnswerState): string {
  const { model } = answer.header.value;
  return model ? visibleName(model.name) : t("Answer {0}", columns.indexOf(answer) + 1);
}

/** The width of the element in CSS pixels; 0 before it is known. */
function useWidth(element: RefObject<HTMLElement | null>): number {
  const [width, setWidth] = useState(0);
  useLayoutEffect(() => {
    const { current } = element;
    if (!current) return undefined;
    setWidth(current.clientWidth);
    const observer = new ResizeObserver(() => setWidth(current.clientWidth));
    observer.observe(current);
    return () => observer.disconnect();
  }, [element]);
  return width;
}
