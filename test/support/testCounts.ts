import { stripVTControlCharacters } from "node:util";

/** The numbers of passed and failed tests. */
export interface TestCounts {
  passed: number;
  failed: number;
}

/**
 * Reads the counts from the summary of `node --test` or mocha in `output`. A layer without tests counts as one test. A
 * layer fails if it found no tests or if its exit code is not 0, whatever it printed before.
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
