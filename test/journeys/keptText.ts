import assert from "node:assert/strict";

/** The time between two deltas of answers that are interrupted by a crash, in milliseconds. */
export const paceMs = 40;
/** How many letters and digits a crash may lose where the disk is quick: those of 500 ms. The simulator sends up to 9 per delta. */
const maxLost = (500 / paceMs) * 9;

/**
 * Asserts that a crash lost at most the end of a text. Compares only letters and digits: unfinished Markdown shows its markup until the rest
 * arrives.
 */
export function assertKept(text: string, before: string, lost = maxLost): void {
  const [after, start] = [text, before].map((value) => value.replace(/[^\p{L}\p{N}]/gu, ""));
  const kept = Math.min(after!.length, start!.length);
  assert.equal(after!.slice(0, kept), start!.slice(0, kept));
  assert.ok(kept >= start!.length - lost, `kept ${kept} of ${start!.length} letters`);
}
