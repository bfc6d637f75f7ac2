/** Dice: a number from 0 up to, but not including, 1. */
export type Random = () => number;

/** Every order equally likely (Fisher-Yates), so the first is a uniform pick and the next ones are uniform fallbacks. */
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
 * Weighted draw without replacement: an item of twice the weight is twice as likely to come first. With equal weights it
 * is `shuffled` in distribution. Each item draws an exponential arrival time of its rate (Efraimidis and Spirakis, 2006).
 */
export function weightedShuffled<T>(items: readonly T[], weightOf: (item: T) => number, random: Random): T[] {
  return items
    .map((item) => ({ item, arrival: -Math.log(1 - random()) / weightOf(item) }))
    .sort((one, other) => one.arrival - other.arrival)
    .map(({ item }) => item);
}
