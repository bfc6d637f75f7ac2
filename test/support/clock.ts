/** The day of the catalogue snapshot in test/data, on which fake clocks start by default. */
export const snapshotDay = Date.UTC(2026, 7, 22);

/** A clock that changes only when a test changes it. Pass `clock.now` to the component. */
export interface FakeClock {
  readonly now: () => number;
  /** Advances the clock by a number of milliseconds. */
  advance(milliseconds: number): void;
  /** Sets the clock to an instant in epoch milliseconds. */
  set(instant: number): void;
}

/** Creates a fake clock that starts at `instant` (epoch milliseconds), by default at noon UTC on the day of the snapshot. */
export function fakeClock(instant: number = snapshotDay + 12 * 3_600_000): FakeClock {
  let current = instant;
  return {
    now: () => current,
    advance: (milliseconds) => (current += milliseconds),
    set: (next) => (current = next),
  };
}
