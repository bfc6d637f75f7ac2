/** A seeded random source in [0, 1): the same seed, the same run (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A random source that throws exactly these numbers, in order, and then says that a test ran out of luck. */
export function randomSequence(throws: readonly number[]): () => number {
  const left = [...throws];
  return () => {
    const next = left.shift();
    if (next === undefined) throw new Error("the loaded dice are used up");
    return next;
  };
}
