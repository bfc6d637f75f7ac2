import type { Answer } from "./answerReader";
import { passedOver, type Blame } from "./attribution";
import type { ModelId } from "./catalogue";
import type { Cooldowns } from "./cooldown";
import type { RouterError } from "./errors";
import type { RefusalMemory } from "./refusalMemory";
import type { Tracker } from "./tracker";
import { verdicts } from "./failurePolicy";

/** What a chain's member rests when it may be the one that is gone, but nothing says so. */
const doubtSeconds = 60;

export interface LessonsOptions {
  cooldowns: Cooldowns;
  refusals: RefusalMemory;
  tracker: Tracker;
  /** A model of the catalogue is gone: look whether there is a newer one. */
  refreshCatalogue: () => void;
}

/** What attempts teach about models: rests, refusals, statistics. Nothing else changes them. */
export class Lessons {
  constructor(private readonly options: LessonsOptions) {}

  /** A model failed. */
  ofFailure({ model, reason, retryAt, certain }: Blame, error?: RouterError): void {
    const { cooldowns, refusals, tracker, refreshCatalogue } = this.options;
    const { restSeconds, out } = verdicts[reason];
    if (out === "gone") refreshCatalogue();
    if (out && certain) refusals.addModel(model, out);
    if (error?.capability && certain) refusals.addCapability(model, error.capability);
    const rest = out && !certain ? doubtSeconds : restSeconds;
    if (rest !== undefined) void cooldowns.add(model, rest, retryAt);
    if (rest !== undefined || out) void tracker.add(model, { ok: false, reason });
  }

  /** A model answered; those before it in the chain did not. Returns the ones that were passed over. */
  ofAnswer(answer: Answer, chain: readonly ModelId[]): ModelId[] {
    const { cooldowns, tracker } = this.options;
    const skipped = passedOver(answer.chain, chain, answer.model);
    for (const each of skipped) this.ofFailure(each);
    void cooldowns.end(answer.model);
    void tracker.add(answer.model, {
      ok: true,
      timeToFirstTextMs: answer.timeToFirstTextMs,
      tokensPerSecond: speedOf(answer),
    });
    return skipped.map(({ model }) => model);
  }
}

/** Tokens a second after the first text; `undefined` for answers too short to tell. */
function speedOf({ usage, durationMs, timeToFirstTextMs = 0 }: Answer): number | undefined {
  const seconds = (durationMs - timeToFirstTextMs) / 1_000;
  const tokens = (usage?.completionTokens ?? 0) - (usage?.reasoningTokens ?? 0);
  return tokens >= 20 && seconds > 0.05 ? tokens / seconds : undefined;
}
