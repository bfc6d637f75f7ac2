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

/** The result of a review in a few sentences. Counts of zero are not mentioned. */
export function summaryMessage(summary: ReviewSummary): string {
  const { shown, comparison, dropped, moved, omitted, hidden, leftOut, heldBack, answered, requests } = summary;
  const sentences = [
    answered < requests ? t("Only {0} of {1} parts of the changes were reviewed.", answered, requests) : "",
    countSentence(shown, t("No findings."), t("1 finding."), (count) => t("{0} findings.", count)),
    comparison && (shown > 0 || comparison.gone > 0)
      ? t("New since the last review: {0}, no longer found: {1}.", comparison.added, comparison.gone)
      : "",
    countSentence(omitted, "", t("1 less severe finding is not shown."), (count) =>
      t("{0} less severe findings are not shown.", count),
    ),
    countSentence(
      dropped,
      "",
      t("1 finding was dropped, because the code that it names is not in the changes."),
      (count) => t("{0} findings were dropped, because the code that they name is not in the changes.", count),
    ),
    countSentence(moved, "", t("1 finding is not shown, because its code is no longer in the file."), (count) =>
      t("{0} findings are not shown, because their code is no longer in the files.", count),
    ),
    countSentence(hidden, "", t("1 dismissed finding stays hidden."), (count) =>
      t("{0} dismissed findings stay hidden.", count),
    ),
    countSentence(leftOut, "", t("1 file was left out (binary, generated, ignored or in conflict)."), (count) =>
      t("{0} files were left out (binary, generated, ignored or in conflict).", count),
    ),
    countSentence(heldBack, "", t("1 file was held back."), (count) => t("{0} files were held back.", count)),
  ];
  return sentences.filter((sentence) => sentence !== "").join(" ");
}

/** What a review costs that needs several requests. `left`: the requests that are left today, if that is known. */
export function priceMessage(requests: number, left: number | undefined): string {
  if (left === undefined) return t("This review takes {0} requests.", requests);
  if (left < requests) return t("This review takes {0} requests, but only {1} are left today.", requests, left);
  return t("This review takes {0} of the {1} requests left today.", requests, left);
}

function countSentence(count: number, none: string, one: string, several: (count: number) => string): string {
  return count === 0 ? none : count === 1 ? one : several(count);
}
