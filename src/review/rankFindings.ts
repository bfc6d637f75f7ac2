import { severities } from "./answeredFindings";
import type { CheckedFinding } from "./checkFindings";

/** The findings without duplicates, the worst first, and otherwise in the order of the files and lines. */
export function rankFindings<T extends CheckedFinding>(findings: readonly T[]): T[] {
  const distinct = new Map<string, T>();
  for (const finding of [...findings].sort((a, b) => rankOf(a) - rankOf(b))) {
    const key = JSON.stringify([finding.file.path, finding.line, finding.title.toLowerCase()]);
    if (!distinct.has(key)) distinct.set(key, finding);
  }
  return [...distinct.values()].sort(
    (a, b) => rankOf(a) - rankOf(b) || compareText(a.file.path, b.file.path) || a.line - b.line,
  );
}

function rankOf({ severity }: CheckedFinding): number {
  return severities.indexOf(severity);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
