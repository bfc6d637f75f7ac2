import { dailyRefusal, minuteRefusal } from "./refusals";
import { type Reply, refusal } from "./reply";

/** What the account may do; counts of requests to free models. */
export interface Limits {
  perMinute: number;
  perDay: number;
}

/** The account behind the keys, as a test may set it. */
export interface AccountState {
  limits: Limits | undefined;
  usedToday: number;
  /** Whether `/key` tells the day's count (it did not before September 2026). */
  reportsDailyRequests: boolean;
  /** Keys that are let in; without a list every key of the right form is. */
  keys: readonly string[] | undefined;
}

const minuteOf = (instant: number): number => Math.floor(instant / 60_000);
const dayOf = (instant: number): number => Math.floor(instant / 86_400_000);

/** One account: its keys, and its free requests of this minute and this UTC day. Refused ones count as well. */
export class Account {
  #state: AccountState = { limits: undefined, usedToday: 0, reportsDailyRequests: true, keys: undefined };
  #minute = { at: 0, used: 0 };
  #day: number;

  constructor(
    state: Partial<AccountState>,
    readonly now: () => number,
  ) {
    this.#day = dayOf(now());
    this.set(state);
  }

  set(state: Partial<AccountState>): void {
    this.#state = { ...this.#state, ...state };
    if (state.usedToday !== undefined) this.#day = dayOf(this.now());
  }

  /** Lets one more key in. */
  addKey(key: string): void {
    const { keys } = this.#state;
    if (keys) this.#state = { ...this.#state, keys: [...keys, key] };
  }

  /** Refuses a missing or unknown key. */
  authenticate(authorization: string | undefined): Reply | undefined {
    const key = /^Bearer (.+)$/.exec(authorization ?? "")?.[1];
    if (key === undefined) return refusal(401, "Missing Authentication header");
    const { keys } = this.#state;
    const known = keys ? keys.includes(key) : /^sk-or-v1-[0-9a-f]+$/.test(key);
    return known ? undefined : refusal(401, "User not found.");
  }

  /** Counts one request to a free model, and refuses it where a limit is reached. */
  countRequest(): Reply | undefined {
    const present = this.now();
    this.#roll(present);
    this.#state.usedToday++;
    this.#minute.used++;
    const { limits, usedToday } = this.#state;
    if (!limits) return undefined;
    if (usedToday > limits.perDay) return dailyRefusal(present, limits.perDay);
    if (this.#minute.used > limits.perMinute) return minuteRefusal(present, limits.perMinute);
    return undefined;
  }

  /** The body of `GET /key`. */
  describe(): unknown {
    this.#roll(this.now());
    const { limits, usedToday, reportsDailyRequests } = this.#state;
    const limit = limits?.perDay ?? 1000;
    const nothing = { usage: 0, usage_daily: 0, usage_weekly: 0, usage_monthly: 0 };
    const byok = { byok_usage: 0, byok_usage_daily: 0, byok_usage_weekly: 0, byok_usage_monthly: 0 };
    return {
      data: {
        ...{ label: "sk-or-v1-sim...000", limit: null, limit_remaining: null, limit_reset: null },
        ...{ include_byok_in_limit: false, ...nothing, ...byok, is_free_tier: limit <= 50 },
        ...{ is_management_key: false, is_provisioning_key: false, creator_user_id: null, expires_at: null },
        rate_limit: { requests: -1, interval: "10s", note: "This field is deprecated and safe to ignore." },
        ...(reportsDailyRequests && {
          free_model_daily_requests: { used: usedToday, limit, remaining: Math.max(0, limit - usedToday) },
        }),
      },
    };
  }

  #roll(present: number): void {
    if (minuteOf(present) !== this.#minute.at) this.#minute = { at: minuteOf(present), used: 0 };
    if (dayOf(present) !== this.#day) {
      this.#day = dayOf(present);
      this.#state.usedToday = 0;
    }
  }
}
