/** Whether the text is a complete OpenRouter key. Keys of other services have no known format. */
export function isCompleteKey(text: string): boolean {
  return /^sk-or-v1-[0-9a-f]{64}$/.test(text);
}

/** Extracts the key from pasted text: removes invisible characters, whitespace, quotes, `NAME=` and `Bearer`. */
export function extractKey(pasted: string): string {
  return pasted
    .replace(/\p{Cf}/gu, "")
    .trim()
    .replace(/^(export\s+)?[A-Z_]+\s*=\s*/, "")
    .replace(/^["']|["'];?$/g, "")
    .replace(/^bearer\s+/i, "")
    .trim();
}
