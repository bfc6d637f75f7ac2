import type { FaultOptions } from "../openRouter/faults";
import { json, type Reply } from "../simulator/reply";

/** The limits of one model. */
export interface Limits {
  requestsPerMinute: number;
  requestsPerDay: number;
  tokensPerMinute: number;
  tokensPerDay: number;
}

/** The Free plan: https://console.groq.com/docs/rate-limits. */
const freePlan: Limits = { requestsPerMinute: 30, requestsPerDay: 1000, tokensPerMinute: 8000, tokensPerDay: 200_000 };

const limitKinds = {
  RPM: { text: "requests per minute", type: "requests", limit: "requestsPerMinute", seconds: 60 },
  RPD: { text: "requests per day", type: "requests", limit: "requestsPerDay", seconds: 86_400 },
  TPM: { text: "tokens per minute", type: "tokens", limit: "tokensPerMinute", seconds: 60 },
  TPD: { text: "tokens per day", type: "tokens", limit: "tokensPerDay", seconds: 86_400 },
} as const;

export type LimitName = keyof typeof limitKinds;

const limitNames = Object.keys(limitKinds) as LimitName[];
const upgrade = "Need more tokens? Upgrade to Dev Tier today at https://console.groq.com/settings/billing";
const place = (model: string): string => `model \`${model}\` in organization \`org_x\` service tier \`on_demand\``;

/** The 429 for a limit of the model. It refills evenly, so the wait follows from the three numbers. */
export function rateLimited(
  model: string,
  name: LimitName,
  numbers: { limit: number; used: number; requested: number },
  options: FaultOptions = {},
): Reply {
  const { text, type, seconds } = limitKinds[name];
  const { limit, used, requested } = numbers;
  const wait = ((used + requested - limit) / limit) * seconds;
  const message = `Rate limit reached for ${place(model)} on ${text} (${name}): Limit ${limit}, Used ${used}, Requested ${requested}. Please try again in ${goDuration(wait)}. ${upgrade}`;
  const retryAfter = String(options.retryAfter ?? Math.ceil(wait));
  return json(429, { error: { message, type, code: "rate_limit_exceeded" } }, { "retry-after": retryAfter });
}

/** The 413 for a request that is larger than the tokens of a minute, so that waiting never helps. */
export function requestTooLarge(model: string, limit: number, requested: number): Reply {
  const message = `Request too large for ${place(model)} on tokens per minute (TPM): Limit ${limit}, Requested ${requested}, please reduce your message size and try again.`;
  return json(413, { error: { message, type: "tokens", code: "rate_limit_exceeded" } });
}

/** A duration as Go prints it: `370ms`, `7.66s`, `2m59.56s`, `1h2m3s`. */
export function goDuration(seconds: number): string {
  const milliseconds = Math.round(seconds * 1000);
  if (milliseconds < 1000) return milliseconds === 0 ? "0s" : `${milliseconds}ms`;
  const hours = Math.floor(milliseconds / 3_600_000);
  const minutes = Math.floor(milliseconds / 60_000) % 60;
  const rest = `${(milliseconds % 60_000) / 1000}s`;
  return (hours > 0 ? `${hours}h` : "") + (hours > 0 || minutes > 0 ? `${minutes}m` : "") + rest;
}

/** What the organization has used of each model. The whole request counts at once, its `max_tokens` included. */
export class GroqLimits {
  readonly #now: () => number;
  /** What is used, and when that was measured, by model and limit. */
  readonly #used = new Map<string, { amount: number; at: number }>();
  limits: Limits;

  constructor(limits: Partial<Limits>, now: () => number) {
    this.limits = { ...freePlan, ...limits };
    this.#now = now;
  }

  /** Counts a request; returns the refusal if it exceeds a limit. */
  count(model: string, tokens: number): Reply | undefined {
    if (tokens > this.limits.tokensPerMinute) return requestTooLarge(model, this.limits.tokensPerMinute, tokens);
    const requestedOf = (name: LimitName): number => (limitKinds[name].type === "tokens" ? tokens : 1);
    for (const name of limitNames) {
      const numbers = {
        limit: this.#limit(name),
        used: Math.ceil(this.used(model, name)),
        requested: requestedOf(name),
      };
      if (numbers.used + numbers.requested > numbers.limit) return rateLimited(model, name, numbers);
    }
    for (const name of limitNames)
      this.#used.set(`${model} ${name}`, { amount: this.used(model, name) + requestedOf(name), at: this.#now() });
    return undefined;
  }

  /** The headers of every answer: requests are those of the day, tokens those of the minute; a reset is when all is free again. */
  headers(model: string): Record<string, string> {
    return { ...this.#headersOf("requests", model, "RPD"), ...this.#headersOf("tokens", model, "TPM") };
  }

  #headersOf(kind: string, model: string, name: LimitName): Record<string, string> {
    const used = this.used(model, name);
    const limit = this.#limit(name);
    return {
      [`x-ratelimit-limit-${kind}`]: String(limit),
      [`x-ratelimit-remaining-${kind}`]: String(Math.max(0, limit - Math.ceil(used))),
      [`x-ratelimit-reset-${kind}`]: goDuration((used / limit) * limitKinds[name].seconds),
    };
  }

  /** What is used of a limit now. */
  used(model: string, name: LimitName): number {
    const { amount, at } = this.#used.get(`${model} ${name}`) ?? { amount: 0, at: 0 };
    const refilled = ((this.#now() - at) / 1000 / limitKinds[name].seconds) * this.#limit(name);
    return Math.max(0, amount - refilled);
  }

  #limit(name: LimitName): number {
    return this.limits[limitKinds[name].limit];
  }
}
