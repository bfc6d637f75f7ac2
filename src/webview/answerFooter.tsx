import { t } from "@vscode/l10n";
import type { AnswerHeader, AnswerMenuContext } from "../chat/page/protocol";
import { visibleName } from "../visibleText";
import { isRunning } from "./answerState";
import { openContextMenu } from "./contextMenu";
import { post } from "./host";
import { IconButton } from "./icon";
import { conversation, isWaitingForOthers, running, type TurnState } from "./pageState";
import { formatNumber, formatDuration } from "./numberFormat";

/** The details of a finished answer and the buttons for it. */
export function AnswerFooter({ turn, header }: { turn: TurnState; header: AnswerHeader }) {
  const busy = running.value !== undefined;
  if (isRunning(header)) return null;
  const hasText = turn.answer?.hasContent.text.value ?? false;
  return (
    <div class="answer-footer">
      <AnswerDetails header={header} hasText={hasText} />
      {header.status === "stopped" && hasText && <ContinueButton answer={header.id} />}
      <div class="answer-actions" role="toolbar" aria-label={t("Answer")}>
        <Versions
          label={t("Answer {0} of {1}", turn.variants.indexOf(header.id) + 1, turn.variants.length)}
          ids={turn.variants}
          shown={header.id}
          onShow={(id) => post({ type: "show", after: turn.id, id })}
        />
        {hasText && <CopyAnswerButton answer={header.id} />}
        <IconButton
          icon="refresh"
          label={header.look ? t("Ask Again (Up to {0} Requests Plus Retries)", header.look.most) : t("Ask Again")}
          disabled={busy}
          onClick={() => post({ type: "regenerate", turn: turn.id, another: false })}
        />
        <IconButton
          icon="arrow-swap"
          label={
            header.look
              ? t("Ask Another Model (Up to {0} Requests Plus Retries)", header.look.most)
              : t("Ask Another Model")
          }
          disabled={busy}
          onClick={() => post({ type: "regenerate", turn: turn.id, another: true })}
        />
        <AnswerMenuButton header={header} />
      </div>
    </div>
  );
}

/** Goes on with an answer that is incomplete. */
export function ContinueButton({ answer }: { answer: string }) {
  return (
    <button
      type="button"
      class="button small secondary"
      disabled={isWaitingForOthers(answer)}
      onClick={() => post({ type: "act", answer, action: { do: "continue" } })}
    >
      {t("Continue")}
    </button>
  );
}

export function CopyAnswerButton({ answer }: { answer: string }) {
  return <IconButton icon="copy" label={t("Copy Answer")} onClick={() => post({ type: "copy-answer", id: answer })} />;
}

/** Opens the menu with what else can be done with an answer. */
export function AnswerMenuButton({ header }: { header: AnswerHeader }) {
  return (
    <IconButton
      icon="ellipsis"
      label={t("More…")}
      disabled={running.value !== undefined}
      menu={menuContext(header)}
      onClick={openContextMenu}
    />
  );
}

function menuContext({ id, model }: AnswerHeader): AnswerMenuContext {
  return {
    webviewSection: "freeModelsAnswer",
    conversation: conversation.value ?? "",
    answer: id,
    answerHasModel: model !== undefined,
  };
}

interface VersionsProps {
  label: string;
  ids: readonly string[];
  shown: string;
  onShow: (id: string) => void;
}

/** Switches between versions: ‹ 2/3 ›. Hidden while there is only one. */
export function Versions({ label, ids, shown, onShow }: VersionsProps) {
  if (ids.length < 2) return null;
  const index = ids.indexOf(shown);
  const show = (newIndex: number) => {
    const id = ids[newIndex];
    return () => id !== undefined && onShow(id);
  };
  return (
    <span class="versions" role="group" aria-label={label}>
      <IconButton icon="chevron-left" label={t("Previous")} disabled={index <= 0} onClick={show(index - 1)} />
      <span aria-hidden="true">
        {index + 1}/{ids.length}
      </span>
      <IconButton icon="chevron-right" label={t("Next")} disabled={index >= ids.length - 1} onClick={show(index + 1)} />
    </span>
  );
}

function timingTooltip(totalMs: number, firstTokenMs: number | undefined): string {
  return firstTokenMs === undefined
    ? t("Total time: {0}", formatDuration(totalMs))
    : t("Total time: {0} · Time to first token: {1}", formatDuration(totalMs), formatDuration(firstTokenMs));
}

/** Model, provider, total time, tokens, failed attempts, and that the text was stopped: what is interrupted or has no text says so itself. */
export function AnswerDetails({ header, hasText }: { header: AnswerHeader; hasText: boolean }) {
  const { model, provider, timeToFirstTextMs, tokens, failures, status, durationMs, look } = header;
  return (
    <p class="answer-details">
      {model && (
        <span class="answer-detail model" title={visibleName(model.id)}>
          {visibleName(model.name)}
        </span>
      )}
      {provider && <span class="answer-detail">{visibleName(provider)}</span>}
      {status === "complete" && durationMs !== undefined && (
        <span class="answer-detail" title={timingTooltip(durationMs, timeToFirstTextMs)}>
          <span class="visually-hidden">{t("total time")} </span>
          {formatDuration(durationMs)}
        </span>
      )}
      {tokens !== undefined && <span class="answer-detail">{t("{0} tokens", formatNumber(tokens))}</span>}
      {look?.sent !== undefined && look.sent > 1 && <span class="answer-detail">{t("{0} requests", look.sent)}</span>}
      {failures.length > 0 && <span class="answer-detail">{failures.join(", ")}</span>}
      {status === "stopped" && hasText && <span class="answer-detail">{t("stopped")}</span>}
    </p>
  );
}
