import type { TextAttachment } from "./attachment";

/** The most selections that become separate attachments. More were probably made with multiple cursors and belong together. */
export const maxSelectionAttachments = 6;

export interface SelectedText {
  range: NonNullable<TextAttachment["range"]>;
  text: string;
}

/** Returns the nonempty selections in text order, merged into one if there are more than `maxSelectionAttachments`. */
export function mergeSelections(selections: readonly SelectedText[]): {
  selections: readonly SelectedText[];
  merged: boolean;
} {
  const sorted = selections
    .filter(({ text }) => text !== "")
    .sort((a, b) => a.range.startLine - b.range.startLine || a.range.startCharacter - b.range.startCharacter);
  const [first, last] = [sorted[0], sorted.at(-1)];
  if (sorted.length <= maxSelectionAttachments || !first || !last) return { selections: sorted, merged: false };
  const { startLine, startCharacter } = first.range;
  const { endLine, endCharacter } = last.range;
  const text = sorted.map((selection) => selection.text.replace(/\n$/, "")).join("\n⋯\n");
  return { selections: [{ range: { startLine, startCharacter, endLine, endCharacter }, text }], merged: true };
}
