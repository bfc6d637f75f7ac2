/** How much of the account's free requests is left. Times are epoch milliseconds. */
export interface Quota {
  /** Requests of this UTC day: the service's count where it told one, else what this machine sent. */
  used: number;
  /** `undefined` until the service has told it (50 or 1000). */
  limit: number | undefined;
  remaining: number | undefined;
  /** The next 00:00 UTC, or what the service said. */
  resetsAt: number;
  /** True while the service refuses free requests until `resetsAt`. */
  exhausted: boolean;
  minute: { used: number; limit: number; resetsAt: number };
}
