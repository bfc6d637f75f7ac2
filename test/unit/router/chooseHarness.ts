import assert from "node:assert/strict";
import { AttemptError, type AttemptErrorDetails } from "../../../src/router/attemptError";
import type { Tier } from "../../../src/router/candidatePools";
import type { Choice } from "../../../src/router/choice";
import { choose, type ChoiceOptions } from "../../../src/router/choose";
import { afterChoice, afterFailure, initialState } from "../../../src/router/completionState";
import type { Cooldown } from "../../../src/router/cooldown";
import type { FailureReason } from "../../../src/router/failureReason";
import type { Model } from "../../../src/router/model";
import type { CompletionRequest } from "../../../src/router/request";
import { fakeClock } from "../../support/clock";
import { model, question } from "./sampleModels";

export const pool = ["a", "b", "c", "d", "e", "f"].map((id) => model(id));
export const tierOf = (models: readonly Model[], request: CompletionRequest = question): Tier => ({
  ...{ request, pool: models, preference: "native" },
});
export const poolOf = (ids: string) => pool.filter(({ id }) => ids.includes(id));

/** Cooldowns at the start of a test, in seconds by model. */
interface InitialCooldowns {
  /** Estimated by the router. */
  estimated?: Record<string, number>;
  /** Requested by the service. */
  requested?: Record<string, number>;
}

/** A completion whose attempts all fail. By default the models are ordered as in the pool. */
export function startHarness(
  { order, ...fields }: Partial<ChoiceOptions> & { readonly order?: readonly string[] } = {},
  { estimated = {}, requested = {} }: InitialCooldowns = {},
) {
  const clock = fakeClock();
  const cooldowns = new Map<string, Cooldown>();
  const given = fields.tiers ?? [tierOf(pool)];
  const placeOf = ({ id }: Model): number => (order?.includes(id) ? order.indexOf(id) : Infinity);
  const tiers = given.map((tier) => ({
    ...tier,
    pool: order ? [...tier.pool].sort((one, other) => placeOf(one) - placeOf(other)) : tier.pool,
  }));
  const options: ChoiceOptions = {
    request: tiers[0]?.request ?? question,
    serverRouter: undefined,
    maxFallbacks: () => 3,
    limits: () => () => undefined,
    cooldownOf: (id) => {
      const cooldown = cooldowns.get(id);
      return cooldown && cooldown.until > clock.now() ? cooldown : undefined;
    },
    ...fields,
    tiers,
  };
  let state = initialState;

  function coolDown(id: string, seconds: number, told = false): void {
    cooldowns.set(id, { since: clock.now(), until: clock.now() + seconds * 1_000, strikes: 1, told });
  }
  for (const [id, seconds] of Object.entries(estimated)) coolDown(id, seconds);
  for (const [id, seconds] of Object.entries(requested)) coolDown(id, seconds, true);

  const next = () => choose(state, options, clock.now());

  /** Asserts that the next step is an attempt. */
  function nextAttempt(): Choice & { type: "attempt" } {
    const choice = next();
    assert.ok(choice.type === "attempt", `expected an attempt, got ${JSON.stringify(choice)}`);
    return choice;
  }

  /** Makes the next attempt and lets its first model fail. Returns the model. */
  function fail(
    reason: FailureReason = "model-refused",
    contextLength?: number,
    certain = true,
    details: AttemptErrorDetails = {},
  ): string {
    const choice = nextAttempt();
    const { plan } = choice;
    const [first = ""] = plan.chain;
    state = afterChoice(state, choice);
    state = afterFailure(state, {
      ...{ error: new AttemptError(reason, "Failed.", details), attempt: state.attempts, plan, contextLength },
      models: [{ model: first, reason, certain }],
    });
    return first;
  }

  return {
    ...{ clock, coolDown, next, nextAttempt, fail },
    /** The models of the next attempt. */
    chain: () => nextAttempt().plan.chain.join(" "),
    /** Records that the wait that was chosen is over. */
    endWait: (choice: Choice) => (state = afterChoice(state, choice)),
    /** Lets every attempt fail for this reason until the next step is not an attempt. Returns the models. */
    failAll: (reason?: FailureReason): string => {
      let tried = "";
      while (next().type === "attempt") tried += fail(reason);
      return tried;
    },
  };
}
