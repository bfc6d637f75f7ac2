import { stripVTControlCharacters } from "node:util";

/** How many tests passed and failed. */
export interface TestCounts {
  passed: number;
  failed: number;
}

/**
 * Reads the counts from what a test runner printed (the summaries of `node --test` and mocha) and holds them against its
 * exit code: a layer without tests counts as one, and one that crashed has failed whatever it printed before.
 */
export function testCounts(output: string, exitCode: number | null): TestCounts {
  const text = stripVTControlCharacters(output);
  const total = (pattern: RegExp): number =>
    [...text.matchAll(pattern)].reduce((sum, [, count]) => sum + Number(count), 0);
  const passed = total(/^ℹ pass (\d+)$/gm) + total(/^\W*(\d+) passing\b/gm);
  const failed = total(/^ℹ (?:fail|cancelled) (\d+)$/gm) + total(/^\W*(\d+) failing\b/gm);
  if (exitCode !== 0) return { passed, failed: Math.max(failed, 1) };
  return passed + failed === 0 ? { passed: 1, failed: 0 } : { passed, failed };
}
