import { t } from "@vscode/l10n";
import type { AnswerHeader } from "../chat/page/protocol";
import { isRunning } from "./answerState";
import { post } from "./host";
import { IconButton } from "./icon";
import { running, type TurnState } from "./pageState";
import { count, duration } from "./numberFormat";

/** Under an answer: what can be done with it, and who gave it. */
export function AnswerFooter({ turn, header }: { turn: TurnState; header: AnswerHeader }) {
  const busy = running.value !== undefined;
  if (isRunning(header)) return null;
  const hasText = turn.answer?.has.text.value ?? false;
  return (
    <div class="answer-footer">
      <Facts header={header} />
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

/** ‹ 2/3 ›, where there is more than one. */
export function Versions({ label, ids, shown, onShow }: VersionsProps) {
  if (ids.length < 2) return null;
  const index = ids.indexOf(shown);
  const step = (by: number) => {
    const id = ids[index + by];
    return () => id !== undefined && onShow(id);
  };
  return (
    <span class="versions" role="group" aria-label={label}>
      <IconButton icon="chevron-left" label={t("Previous")} disabled={index <= 0} onClick={step(-1)} />
      <span aria-hidden="true">
        {index + 1}/{ids.length}
      </span>
      <IconButton icon="chevron-right" label={t("Next")} disabled={index >= ids.length - 1} onClick={step(1)} />
    </span>
  );
}

function timeWords(first: number, whole: number | undefined): string {
  const begun = t("First words after {0}", duration(first));
  return whole === undefined ? begun : `${begun}, ${t("complete after {0}", duration(whole))}`;
}

/** Model, provider, seconds to the first text, tokens, and what earlier attempts met. */
function Facts({ header }: { header: AnswerHeader }) {
  const { model, provider, timeToFirstTextMs, tokens, failures, status, durationMs } = header;
  return (
    <p class="facts">
      {model && (
        <span class="fact model" title={model.id}>
          {model.name}
        </span>
      )}
      {provider && <span class="fact">{provider}</span>}
      {timeToFirstTextMs !== undefined && (
        <span class="fact" title={timeWords(timeToFirstTextMs, durationMs)}>
          <span class="visually-hidden">{t("first words after")} </span>
          {duration(timeToFirstTextMs)}
        </span>
      )}
      {tokens !== undefined && <span class="fact">{t("{0} tokens", count(tokens))}</span>}
      {failures.length > 0 && <span class="fact">{failures.join(", ")}</span>}
      {status === "stopped" && <span class="fact">{t("stopped")}</span>}
      {status === "interrupted" && <span class="fact">{t("broke off")}</span>}
    </p>
  );
}
