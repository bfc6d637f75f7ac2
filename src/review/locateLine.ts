import type { ChangedFile, Hunk } from "./changedFiles";

/** Lines in each direction that tell apart equal lines. */
const maxNeighbors = 20;

/**
 * Where a line of the new file is in a text that may have changed since: the equal line with the most equal lines around it, and of those
 * the nearest. `number` is one-based, as is the result. `undefined` if no line is equal.
 */
export function locateLine({ hunks }: ChangedFile, number: number, text: readonly string[]): number | undefined {
  const lines = newLines(hunks, number);
  const index = lines.findIndex((line) => line.number === number);
  const wanted = lines[index];
  if (!wanted) return undefined;
  let best: { line: number; equal: number; distance: number } | undefined;
  for (const [at, candidate] of text.entries()) {
    if (!isSame(wanted.text, candidate)) continue;
    const neighbors = (step: 1 | -1): number => {
      let count = 0;
      for (let offset = step; count < maxNeighbors; offset += step) {
        const [expected, found] = [lines[index + offset], text[at + offset]];
        if (expected === undefined || found === undefined || !isSame(expected.text, found)) break;
        count += 1;
      }
      return count;
    };
    const equal = neighbors(-1) + neighbors(1);
    const distance = Math.abs(at + 1 - number);
    if (!best || equal > best.equal || (equal === best.equal && distance < best.distance))
      best = { line: at + 1, equal, distance };
  }
  return best?.line;
}

/** The lines of the hunk in the new file. */
function newLines(hunks: readonly Hunk[], number: number): { number: number; text: string }[] {
  const hunk = hunks.find((each) => each.some((line) => line.kind !== "removed" && line.number === number));
  return (hunk ?? []).filter((line) => line.kind !== "removed");
}

/** Git splits lines at `\n` only, VS Code also at `\r`. A file in another encoding has replacement characters in the diff. */
function isSame(fromDiff: string, line: string): boolean {
  const [text = ""] = fromDiff.split("\r", 1);
  if (!text.includes("\ufffd")) return text === line;
  const ascii = (each: string): string => each.replace(/[^\x20-\x7e]+/g, "");
  return ascii(text) === ascii(line);
}
