import { t } from "@vscode/l10n";
import { displayName } from "../context/location";
import type { OutgoingText } from "../context/outgoingText";
import type { CheckedRequest, SecretsCheck } from "../context/secretsCheck";
import type { ChangedFile } from "./changedFiles";
import { isReviewable, splitIntoParts } from "./reviewParts";
import { reviewRequest } from "./reviewRequest";

export interface CheckedReviewOptions {
  readonly files: readonly ChangedFile[];
  /** The URI of a file, by its path in the repository. */
  readonly uriOf: (path: string) => { readonly path: string; toString(): string };
  readonly language: string;
  readonly instructions: ReviewInstructions;
  /** Identifies the review, also when it is tried again. */
  readonly scope: string;
}

/** The instructions of the user and the workspace. */
export interface ReviewInstructions {
  /** For the secrets check, which can leave each of them out. */
  readonly outgoing: readonly OutgoingText[];
  /** What is left of them, as the end of a system prompt. */
  text(heldBack: readonly OutgoingText[]): string;
}

/** The requests of a review after the secrets check, and the files that they are about. */
export interface CheckedReview {
  readonly requests: readonly CheckedRequest[];
  readonly files: readonly ChangedFile[];
  /** The number of files that the user held back. */
  readonly heldBack: number;
}

/** Checks the changes of each file for secrets. A file can be held back. `undefined` if nothing is sent. */
export async function checkedReview(
  options: CheckedReviewOptions,
  secrets: SecretsCheck,
): Promise<CheckedReview | undefined> {
  const { files, language, instructions, scope } = options;
  const review = await secrets.review(
    [...files.map((file) => outgoingText(file, options)), ...instructions.outgoing],
    scope,
  );
  if (review.type === "nothing-to-send") return undefined;
  const sources = new Set(review.heldBack.map(({ source }) => source));
  const sent = files.filter((file) => !sources.has(sourceOf(file, options)));
  if (!sent.some(isReviewable)) return undefined;
  const requests: CheckedRequest[] = [];
  for (const part of splitIntoParts(sent)) {
    const request = await review.seal(
      reviewRequest({ part, language, instructions: instructions.text(review.heldBack) }),
    );
    if (!request) return undefined;
    requests.push(request);
  }
  return { requests, files: sent, heldBack: files.length - sent.length };
}

function sourceOf({ path }: ChangedFile, { scope }: CheckedReviewOptions): string {
  return `${scope} ${path}`;
}

/** Exactly what is sent of a file, so that the decisions about it fit the requests. */
function outgoingText(file: ChangedFile, options: CheckedReviewOptions): OutgoingText {
  const uri = options.uriOf(file.path);
  const [whole = []] = splitIntoParts([file], Infinity);
  return {
    source: sourceOf(file, options),
    label: t("changes in {0}", displayName(file.path)),
    text: whole.map(({ text }) => text).join(""),
    uri: uri.toString(),
    paths: [uri.path, ...(file.oldPath === undefined ? [] : [file.oldPath])],
    onHoldBack: "leave-out",
  };
}
