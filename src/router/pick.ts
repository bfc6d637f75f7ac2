/** Like `Math.random`: a number from 0 (inclusive) to 1 (exclusive). */
export type Random = () => number;

/** Shuffles uniformly (Fisher-Yates): the first item is a uniform pick, the next ones are uniform fallbacks. */
export function shuffled<T>(items: readonly T[], random: Random): T[] {
  const order = [...items];
  for (let last = order.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    const item = order[last] as T;
    order[last] = order[other] as T;
    order[other] = item;
  }
  return order;
}

/**
 * Weighted random order without replacement: an item of twice the weight is twice as likely to come first. Equal weights
 * give the distribution of `shuffled`. Each item gets an exponentially distributed arrival time with its weight as rate
 * (Efraimidis and Spirakis, 2006).
 */
export function weightedShuffled<T>(items: readonly T[], weightOf: (item: T) => number, random: Random): T[] {
  return items
    .map((item) => ({ item, arrival: -Math.log(1 - random()) / weightOf(item) }))
    .sort((one, other) => one.arrival - other.arrival)
    .map(({ item }) => item);
}
