const unitMs = { h: 3_600_000, m: 60_000, s: 1_000, ms: 1 };
const dayMs = 24 * unitMs.h;

/**
 * A duration in milliseconds, a day at most: seconds (`2`, `34.4s`), or in Go's style (`2m59.56s`, `370ms`), also at the start of a sentence.
 * `undefined` if the text begins with none.
 */
export function parseDuration(text: string): number | undefined {
  const bare = /^\s*(\d+(?:\.\d+)?)\s*$/.exec(text)?.[1];
  if (bare !== undefined) return Math.min(Number(bare) * 1_000, dayMs);
  const whole = /^\s*((?:\d+(?:\.\d+)?(?:ms|h|m|s))+)(?![a-z])/.exec(text)?.[1];
  if (whole === undefined) return undefined;
  let ms = 0;
  for (const [, count, unit = "s"] of whole.matchAll(/(\d+(?:\.\d+)?)(ms|h|m|s)/g))
    ms += Number(count) * unitMs[unit as keyof typeof unitMs];
  return Math.min(ms, dayMs);
}
