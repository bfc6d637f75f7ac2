/**
 * The one command in a block, as it can be typed into a terminal: without the prompt before it, and without characters that a
 * terminal acts on or that hide something. `undefined` for several lines.
 */
export function terminalLine(code: string): string | undefined {
  const lines = code.split(/\r\n|[\r\n\u0085\u2028\u2029]/).filter((line) => line.trim() !== "");
  const [only] = lines;
  if (only === undefined || lines.length > 1) return undefined;
  // A tab separates words here, but would complete them there. Control characters (Escape and Ctrl+C among them), and those that turn the direction of writing round or cannot be seen.
  return only
    .trim()
    .replace(/^[$>❯]\s+/, "")
    .replace(/[\t\v\f]/g, " ")
    .replace(/[\p{Cc}\p{Cf}]/gu, "");
}
