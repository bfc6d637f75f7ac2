/**
 * A preview of a replacement that is still streaming: its first lines, followed by the old lines that it has not reached yet. Lines that
 * agree do not flicker in the diff; new lines are above the old ones until it is clear which ones they replace.
 */
export function previewReplacement(written: readonly string[], original: readonly string[]): string[] {
  let reached = 0;
  for (const line of written) {
    const text = line.trim();
    if (!/[\p{L}\p{N}]/u.test(text)) continue;
    const found = original.findIndex((each, index) => index >= reached && each.trim() === text);
    if (found >= 0) reached = found + 1;
  }
  return [...written, ...original.slice(reached)];
}
