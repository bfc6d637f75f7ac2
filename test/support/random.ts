/** A random source in [0, 1) that gives the same sequence for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A random source that returns exactly these numbers, in order, and then throws. */
export function randomSequence(numbers: readonly number[]): () => number {
  const remaining = [...numbers];
  return () => {
    const next = remaining.shift();
    if (next === undefined) throw new Error("no random numbers left");
    return next;
  };
}
