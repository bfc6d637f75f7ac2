import type { Block } from "./markdownBlock";

/** The kinds of alerts on GitHub, in lower case. */
export type AlertKind = (typeof alertKinds)[number];

export const alertKinds = ["note", "tip", "important", "warning", "caution"] as const;

/**
 * Reads a blockquote that starts with a line like `[!NOTE]` as an alert: its kind, and the blocks without that line. Undefined for other
 * blockquotes.
 */
export function readAlert(blocks: readonly Block[]): { kind: AlertKind; blocks: Block[] } | undefined {
  const [first, ...others] = blocks;
  if (first?.type !== "paragraph") return undefined;
  const [marker, name] = /^\[!([a-z]+)\][ \t]*(?:\n|$)/i.exec(first.inline) ?? [];
  const kind = alertKinds.find((each) => each === name?.toLowerCase());
  if (marker === undefined || kind === undefined) return undefined;
  const inline = first.inline.slice(marker.length);
  return { kind, blocks: inline === "" ? others : [{ ...first, inline }, ...others] };
}
