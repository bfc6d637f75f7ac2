/**
 * The single command of a code block, safe to send to a terminal: without its prompt, control characters, and invisible
 * characters. `undefined` if there are several lines.
 */
export function terminalLine(code: string): string | undefined {
  const lines = code.split(/\r\n|[\r\n\u0085\u2028\u2029]/).filter((line) => line.trim() !== "");
  const [only] = lines;
  if (only === undefined || lines.length > 1) return undefined;
  // A tab would trigger completion, so it becomes a space. \p{Cc} are control characters, including Escape and Ctrl+C; \p{Cf} are
  // invisible ones, including those that reverse the text direction.
  return only
    .trim()
    .replace(/^[$>❯]\s+/, "")
    .replace(/[\t\v\f]/g, " ")
    .replace(/[\p{Cc}\p{Cf}]/gu, "");
}
