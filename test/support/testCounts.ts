import { stripVTControlCharacters } from "node:util";

/** How many tests passed and failed. */
export interface TestCounts {
  passed: number;
  failed: number;
}

/**
 * Reads the counts from what a test runner printed (the summaries of `node --test` and mocha) and holds them against its
 * exit code: a layer that knows no tests counts as one, one that found none has failed, and so has one that crashed,
 * whatever it printed before.
 */
export function testCounts(output: string, exitCode: number | null): TestCounts {
  const text = stripVTControlCharacters(output);
  const total = (pattern: RegExp): number =>
    [...text.matchAll(pattern)].reduce((sum, [, count]) => sum + Number(count), 0);
  const passed = total(/^ℹ pass (\d+)$/gm) + total(/^\W*(\d+) passing\b/gm);
  const failed = total(/^ℹ (?:fail|cancelled) (\d+)$/gm) + total(/^\W*(\d+) failing\b/gm);
  const foundNone = /^ℹ tests 0$|^\W*0 passing\b/m.test(text) && passed + failed === 0;
  if (exitCode !== 0 || foundNone) return { passed, failed: Math.max(failed, 1) };
  return passed + failed === 0 ? { passed: 1, failed: 0 } : { passed, failed };
}
