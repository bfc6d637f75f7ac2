import type { CheckedFinding } from "./checkFindings";

/** Identifies a finding in a later review, when its line may have moved and the model may have worded it differently: by file and code. */
export function findingKey({ file, code }: Pick<CheckedFinding, "file" | "code">): string {
  return JSON.stringify([file.path, code.trim().replace(/\s+/g, " ")]);
}

/** How a review differs from the one before, as keys of findings. */
export interface ReviewComparison {
  /** What the earlier review did not find. */
  readonly added: ReadonlySet<string>;
  /** What only the earlier review found. */
  readonly gone: ReadonlySet<string>;
}

export function compareReviews(earlier: ReadonlySet<string>, now: ReadonlySet<string>): ReviewComparison {
  return { added: without(now, earlier), gone: without(earlier, now) };
}

/** The keys that the other set does not have. */
export function without(keys: ReadonlySet<string>, others: ReadonlySet<string>): Set<string> {
  return new Set([...keys].filter((key) => !others.has(key)));
}
