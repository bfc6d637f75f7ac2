import assert from "node:assert/strict";
import { Candidates, type AttemptPlan, type NextAttempt } from "../../../src/router/candidates";
import { Cooldowns } from "../../../src/router/cooldown";
import { silentLog } from "../../../src/router/log";
import { defaultSettings, type RouterSettings } from "../../../src/router/settings";
import { memoryStorage } from "../../../src/router/storage";
import { Tracker } from "../../../src/router/tracker";
import { fakeClock } from "../../support/clock";
import { seededRandom } from "../../support/random";
import { model, question } from "./sampleModels";

export const pool = ["a", "b", "c", "d", "e", "f"].map((id) => model(id));

/** Cooldowns at the start of a test, in seconds by model. */
interface InitialCooldowns {
  /** Estimated by the router. */
  estimated?: Record<string, number>;
  /** Requested by the service. */
  requested?: Record<string, number>;
}

/** The candidates of a completion, with the objects they depend on. */
export async function startHarness(
  settings: Partial<RouterSettings> = {},
  { estimated = {}, requested = {} }: InitialCooldowns = {},
  tiers = [{ request: question, pool }],
) {
  const clock = fakeClock();
  const cooldowns = new Cooldowns(memoryStorage(), clock.now, silentLog);
  const tracker = new Tracker(memoryStorage(), clock.now, silentLog);
  for (const [id, seconds] of Object.entries(estimated)) await cooldowns.add(id, seconds);
  for (const [id, seconds] of Object.entries(requested)) await cooldowns.add(id, 1, clock.now() + seconds * 1_000);
  const options = { tiers, settings: { ...defaultSettings, ...settings }, cooldowns, tracker };
  return {
    ...{ clock, cooldowns, tracker },
    candidates: new Candidates({ ...options, random: seededRandom(5), now: clock.now }),
    /** The candidates of another completion, with another random seed. */
    candidatesWithSeed: (seed: number) => new Candidates({ ...options, random: seededRandom(seed), now: clock.now }),
  };
}

/** Asserts that the next attempt is a request, not the end or a wait. */
export function planOf(next: NextAttempt | undefined): AttemptPlan {
  assert.ok(next && "chain" in next, `expected a chain, got ${JSON.stringify(next)}`);
  return next;
}

/** The models of the next attempt. */
export const chainOf = (candidates: Candidates): readonly string[] => planOf(candidates.next()).chain;

export const sorted = (ids: readonly string[]): string => [...ids].sort().join("");

/** Tries one model after the other until there is no candidate left or the next step is a wait. Returns the models. */
export function tryAll(candidates: Candidates): string[] {
  const tried: string[] = [];
  for (let next = candidates.next(); next && "chain" in next; next = candidates.next()) {
    const [first = ""] = next.chain;
    tried.push(first);
    candidates.markTried(first);
  }
  return tried;
}
