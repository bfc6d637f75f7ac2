import { t } from "@vscode/l10n";
import type { AnswerHeader } from "../chat/page/protocol";
import { visibleName } from "../visibleText";
import { isRunning } from "./answerState";
import { post } from "./host";
import { IconButton } from "./icon";
import { running, type TurnState } from "./pageState";
import { formatNumber, formatDuration } from "./numberFormat";

/** The details of a finished answer and the buttons for it. */
export function AnswerFooter({ turn, header }: { turn: TurnState; header: AnswerHeader }) {
  const busy = running.value !== undefined;
  if (isRunning(header)) return null;
  const hasText = turn.answer?.hasContent.text.value ?? false;
  return (
    <div class="answer-footer">
      <AnswerDetails header={header} />
      <div class="answer-actions" role="toolbar" aria-label={t("Answer")}>
        <Versions
          label={t("Answer {0} of {1}", turn.variants.indexOf(header.id) + 1, turn.variants.length)}
          ids={turn.variants}
          shown={header.id}
          onShow={(id) => post({ type: "show", after: turn.id, id })}
        />
        {hasText && (
          <IconButton
            icon="copy"
            label={t("Copy Answer")}
            onClick={() => post({ type: "copy-answer", id: header.id })}
          />
        )}
        <IconButton
          icon="refresh"
          label={t("Ask Again")}
          disabled={busy}
          onClick={() => post({ type: "regenerate", turn: turn.id, another: false })}
        />
        <IconButton
          icon="arrow-swap"
          label={t("Ask Another Model")}
          disabled={busy}
          onClick={() => post({ type: "regenerate", turn: turn.id, another: true })}
        />
        <IconButton
          icon="ellipsis"
          label={t("More…")}
          disabled={busy}
          onClick={() => post({ type: "more", turn: turn.id })}
        />
      </div>
    </div>
  );
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

function timingTooltip(firstTokenMs: number, totalMs: number | undefined): string {
  return totalMs === undefined
    ? t("Time to first token: {0}", formatDuration(firstTokenMs))
    : t("Time to first token: {0} · Total time: {1}", formatDuration(firstTokenMs), formatDuration(totalMs));
}

/** Model, provider, time to first token, tokens, failed attempts and an abnormal end. */
function AnswerDetails({ header }: { header: AnswerHeader }) {
  const { model, provider, timeToFirstTextMs, tokens, failures, status, durationMs } = header;
  return (
    <p class="answer-details">
      {model && (
        <span class="answer-detail model" title={visibleName(model.id)}>
          {visibleName(model.name)}
        </span>
      )}
      {provider && <span class="answer-detail">{visibleName(provider)}</span>}
      {timeToFirstTextMs !== undefined && (
        <span class="answer-detail" title={timingTooltip(timeToFirstTextMs, durationMs)}>
          <span class="visually-hidden">{t("time to first token")} </span>
          {formatDuration(timeToFirstTextMs)}
        </span>
      )}
      {tokens !== undefined && <span class="answer-detail">{t("{0} tokens", formatNumber(tokens))}</span>}
      {failures.length > 0 && <span class="answer-detail">{failures.join(", ")}</span>}
      {status === "stopped" && <span class="answer-detail">{t("stopped")}</span>}
      {status === "interrupted" && <span class="answer-detail">{t("interrupted")}</span>}
    </p>
  );
}
