import { dailyRefusal, minuteRefusal } from "./refusals";
import { type Reply, refusal } from "./reply";

/** The account's limits for requests to free models. */
export interface Limits {
  perMinute: number;
  perDay: number;
}

/** The state of the account behind the keys; tests may set all of it. */
export interface AccountState {
  limits: Limits | undefined;
  usedToday: number;
  /** Whether `/key` reports the daily count (the service has done so since September 2026). */
  reportsDailyRequests: boolean;
  /** The accepted keys; `undefined` accepts every well-formed key. */
  keys: readonly string[] | undefined;
}

const minuteOf = (instant: number): number => Math.floor(instant / 60_000);
const dayOf = (instant: number): number => Math.floor(instant / 86_400_000);

/** An account: its keys, and its free requests in the current minute and UTC day. Refused requests count too. */
export class Account {
  readonly #now: () => number;
  #state: AccountState = { limits: undefined, usedToday: 0, reportsDailyRequests: true, keys: undefined };
  #minute = { index: 0, used: 0 };
  #day: number;

  constructor(state: Partial<AccountState>, now: () => number) {
    this.#now = now;
    this.#day = dayOf(now());
    this.set(state);
  }

  set(state: Partial<AccountState>): void {
    this.#state = { ...this.#state, ...state };
    if (state.usedToday !== undefined) this.#day = dayOf(this.#now());
  }

  /** Accepts another key. Has no effect if every well-formed key is accepted. */
  addKey(key: string): void {
    const { keys } = this.#state;
    if (keys) this.#state = { ...this.#state, keys: [...keys, key] };
  }

  /** Returns the refusal if the key is missing or unknown. */
  authenticate(authorization: string | undefined): Reply | undefined {
    const key = /^Bearer (.+)$/.exec(authorization ?? "")?.[1];
    if (key === undefined) return refusal(401, "Missing Authentication header");
    const { keys } = this.#state;
    const known = keys ? keys.includes(key) : /^sk-or-v1-[0-9a-f]+$/.test(key);
    return known ? undefined : refusal(401, "User not found.");
  }

  /** Counts a request to a free model; returns the refusal if it exceeds a limit. */
  countRequest(): Reply | undefined {
    const now = this.#now();
    this.#startNewPeriods(now);
    this.#state.usedToday++;
    this.#minute.used++;
    const { limits, usedToday } = this.#state;
    if (!limits) return undefined;
    if (usedToday > limits.perDay) return dailyRefusal(now, limits.perDay);
    if (this.#minute.used > limits.perMinute) return minuteRefusal(now, limits.perMinute);
    return undefined;
  }

  /** The body of `GET /key`. */
  describe(): unknown {
    this.#startNewPeriods(this.#now());
    const { limits, usedToday, reportsDailyRequests } = this.#state;
    const limit = limits?.perDay ?? 1000;
    const usage = { usage: 0, usage_daily: 0, usage_weekly: 0, usage_monthly: 0 };
    const byok = { byok_usage: 0, byok_usage_daily: 0, byok_usage_weekly: 0, byok_usage_monthly: 0 };
    return {
      data: {
        ...{ label: "sk-or-v1-sim...000", limit: null, limit_remaining: null, limit_reset: null },
        ...{ include_byok_in_limit: false, ...usage, ...byok, is_free_tier: limit <= 50 },
        ...{ is_management_key: false, is_provisioning_key: false, creator_user_id: null, expires_at: null },
        rate_limit: { requests: -1, interval: "10s", note: "This field is deprecated and safe to ignore." },
        ...(reportsDailyRequests && {
          free_model_daily_requests: { used: usedToday, limit, remaining: Math.max(0, limit - usedToday) },
        }),
      },
    };
  }

  #startNewPeriods(now: number): void {
    if (minuteOf(now) !== this.#minute.index) this.#minute = { index: minuteOf(now), used: 0 };
    if (dayOf(now) !== this.#day) {
      this.#day = dayOf(now);
      this.#state.usedToday = 0;
    }
  }
}
