/**
 * The replacement as it can be shown while it is still being written: its first lines, and below them the old lines that they have not
 * reached yet. Where both agree the diff stays calm; lines that are new stand above the old ones until it is clear which they replace.
 */
export function previewOf(written: readonly string[], original: readonly string[]): string[] {
  let reached = 0;
  for (const line of written) {
    const text = line.trim();
    if (!/[\p{L}\p{N}]/u.test(text)) continue;
    const found = original.findIndex((each, index) => index >= reached && each.trim() === text);
    if (found >= 0) reached = found + 1;
  }
  return [...written, ...original.slice(reached)];
}
