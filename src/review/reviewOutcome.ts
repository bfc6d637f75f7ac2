import { maxFindings } from "./answeredFindings";
import type { AttributedFinding } from "./askForFindings";
import type { ChangedFile } from "./changedFiles";
import { checkFinding, type CheckedFinding } from "./checkFindings";
import { compareReviews, findingKey, type ReviewComparison, without } from "./compareReviews";
import { rankFindings } from "./rankFindings";
import type { ModelId } from "../router/index";

export type ReviewedFinding = CheckedFinding & { readonly model: ModelId };

/** What a review shows. */
export interface ReviewOutcome {
  /** At most seven, the worst first. */
  readonly findings: readonly ReviewedFinding[];
  /** Findings of the model whose line or quote is not in the changes. */
  readonly dropped: number;
  /** Less severe findings beyond those shown. */
  readonly omitted: number;
  /** Findings that the user dismissed in an earlier review. */
  readonly hidden: number;
  /** The keys of all findings that are not hidden, for the next review. */
  readonly keys: ReadonlySet<string>;
  /** Absent in the first review. */
  readonly comparison?: ReviewComparison;
}

/** What the window remembers of earlier reviews of a repository, as keys of findings. */
export interface EarlierReview {
  readonly found: ReadonlySet<string> | undefined;
  readonly dismissed: ReadonlySet<string>;
}

/** Checks, ranks and limits the findings of the answers, and compares them with the earlier review. */
export function reviewOutcome(
  answered: readonly AttributedFinding[],
  files: readonly ChangedFile[],
  { found, dismissed }: EarlierReview,
): ReviewOutcome {
  const checked = answered.flatMap((each): ReviewedFinding[] => {
    const finding = checkFinding(each, files);
    return finding ? [{ ...finding, model: each.model }] : [];
  });
  const ranked = rankFindings(checked);
  const open = ranked.filter((finding) => !dismissed.has(findingKey(finding)));
  const findings = open.slice(0, maxFindings);
  const keys = new Set(open.map(findingKey));
  return {
    findings,
    dropped: answered.length - checked.length,
    omitted: open.length - findings.length,
    hidden: ranked.length - open.length,
    keys,
    ...(found && { comparison: compareReviews(without(found, dismissed), keys) }),
  };
}
