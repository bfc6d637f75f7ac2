/** The percentile of the samples at `rank` (0 to 1). */
export function percentile(samples: readonly number[], rank: number): number {
  const sorted = [...samples].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * rank))] ?? NaN;
}

export function median(samples: readonly number[]): number {
  return percentile(samples, 0.5);
}

/** Median and interquartile range: `1.07 (1.05 to 1.10)`. */
export function spread(samples: readonly number[], digits: number): string {
  const [low, middle, high] = [0.25, 0.5, 0.75].map((rank) => percentile(samples, rank).toFixed(digits));
  return `${middle} (${low} to ${high})`;
}

/**
 * Measures contenders in rounds, each round starting with another one, so that the load of the machine affects all of them.
 * Resolves to the figures of each contender by round, without the warm-up rounds.
 */
export async function interleaved<Name extends string>(
  contenders: Readonly<Record<Name, () => number | Promise<number>>>,
  rounds: number,
  warmUp = 1,
): Promise<Record<Name, number[]>> {
  const entries = Object.entries(contenders) as [Name, () => number | Promise<number>][];
  const figures = Object.fromEntries(entries.map(([name]): [Name, number[]] => [name, []])) as Record<Name, number[]>;
  for (let round = -warmUp; round < rounds; round++) {
    for (let at = 0; at < entries.length; at++) {
      const entry = entries[(at + round + warmUp) % entries.length];
      if (!entry) continue;
      const [name, measure] = entry;
      const figure = await measure();
      if (round >= 0) figures[name].push(figure);
    }
  }
  return figures;
}

/** The ratio of two figures in each round. */
export function ratios(figures: readonly number[], references: readonly number[]): number[] {
  return figures.map((figure, round) => figure / (references[round] ?? NaN));
}
