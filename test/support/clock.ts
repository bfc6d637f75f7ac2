/** The day of the catalogue snapshot in test/data: the time at which a unit's clock starts unless it says otherwise. */
export const snapshotDay = Date.UTC(2026, 7, 22);

/** A clock that stands still until it is moved. Pass `clock.now` where a component asks for the time. */
export interface FakeClock {
  readonly now: () => number;
  /** Moves the clock on by so many milliseconds. */
  advance(milliseconds: number): void;
  /** Sets the clock to an instant in epoch milliseconds. */
  set(instant: number): void;
}

/** A fake clock that starts at `instant` (epoch milliseconds), noon of the snapshot's day by default. */
export function fakeClock(instant: number = snapshotDay + 12 * 3_600_000): FakeClock {
  let present = instant;
  return {
    now: () => present,
    advance: (milliseconds) => (present += milliseconds),
    set: (next) => (present = next),
  };
}
