import { t } from "@vscode/l10n";

/** What the message at the end of a review counts. */
export interface ReviewSummary {
  readonly shown: number;
  /** Only in a complete review after another one. */
  readonly comparison: { readonly added: number; readonly gone: number } | undefined;
  readonly dropped: number;
  /** Findings whose code is not in the file any more. */
  readonly moved: number;
  readonly omitted: number;
  readonly hidden: number;
  readonly leftOut: number;
  readonly heldBack: number;
  readonly answered: number;
  readonly requests: number;
}

/** The result of a review, short enough for a notification and the most important first. Counts of zero are not mentioned. */
export function summaryMessage(summary: ReviewSummary): string {
  const { shown, comparison, dropped, moved, omitted, hidden, leftOut, heldBack, answered, requests } = summary;
  const notShown = [
    omitted > 0 && t("{0} less severe", omitted),
    dropped > 0 && t("{0} not in the changes", dropped),
    moved > 0 && t("{0} changed since", moved),
    hidden > 0 && t("{0} dismissed", hidden),
  ].filter((text) => text !== false);
  const sentences = [
    shown === 0 ? t("No findings.") : shown === 1 ? t("1 finding.") : t("{0} findings.", shown),
    answered < requests && t("Only {0} of {1} parts of the changes were reviewed.", answered, requests),
    comparison && (shown > 0 || comparison.gone > 0) && t("New: {0}, gone: {1}.", comparison.added, comparison.gone),
    notShown.length > 0 && t("Not shown: {0}.", notShown.join(", ")),
    leftOut > 0 && t("Files left out: {0}.", leftOut),
    heldBack > 0 && t("Files held back: {0}.", heldBack),
  ];
  return sentences.filter((sentence) => typeof sentence === "string").join(" ");
}

/** What a review costs that needs several requests, if no model fails. `left`: the requests that are left today, if that is known. */
export function priceMessage(requests: number, left: number | undefined): string {
  if (left === undefined) return t("This review takes at least {0} requests.", requests);
  if (left < requests)
    return t("This review takes at least {0} requests, but only {1} are left today.", requests, left);
  return t("This review takes at least {0} of your {1} free requests left today.", requests, left);
}
