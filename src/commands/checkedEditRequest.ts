import { t } from "@vscode/l10n";
import type { OutgoingText } from "../context/outgoingText";
import type { CheckedRequest, SecretsCheck } from "../context/secretsCheck";
import { outgoingInstructions, sentInstructions } from "./outgoingInstructions";
import { editRequest, type EditRequestOptions } from "./editRequest";

export interface CheckedEditOptions extends EditRequestOptions {
  readonly uri: { readonly path: string; toString(): string };
  /** Shown for possible secrets in the part to edit: `basket.ts:12-40`. */
  readonly label: string;
  /** Identifies the edit, also when it is asked for again. */
  readonly scope: string;
}

/** The request for an edit after the secrets check; `undefined` if the user sends nothing. Surrounding code can be left out. */
export async function checkedEditRequest(
  options: CheckedEditOptions,
  secrets: SecretsCheck,
): Promise<CheckedRequest | undefined> {
  const review = await secrets.review(outgoingTexts(options), options.scope);
  if (review.type === "nothing-to-send") return undefined;
  const { surroundings } = sourcesOf(options);
  const leavesOutSurroundings = review.heldBack.some(({ source }) => source === surroundings);
  return review.seal(
    editRequest({
      ...options,
      ...sentInstructions(options, review.heldBack),
      surroundings: leavesOutSurroundings ? undefined : options.surroundings,
    }),
  );
}

function sourcesOf({ scope }: CheckedEditOptions) {
  return {
    part: `${scope} part`,
    surroundings: `${scope} surroundings`,
    instruction: `${scope} instruction`,
  };
}

function outgoingTexts(options: CheckedEditOptions): OutgoingText[] {
  const { lines, place, surroundings = "", instruction, uri, label } = options;
  const sources = sourcesOf(options);
  const file = { label, uri: uri.toString(), paths: [uri.path] };
  const part = lines.slice(place.start, place.end).join("\n");
  return [
    { ...file, source: sources.part, text: part, firstLine: place.start, onHoldBack: "send-nothing" },
    { ...file, source: sources.surroundings, text: surroundings, repeats: true, onHoldBack: "leave-out" },
    {
      ...{ source: sources.instruction, label: t("Your instruction"), text: instruction },
      onHoldBack: "send-nothing",
    },
    ...outgoingInstructions(options),
  ];
}
