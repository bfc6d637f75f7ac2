import { findSecret } from "./secrets";

/** What a secret is replaced by. The detector takes it for a placeholder. */
const replacement = "[redacted]";

/** How often a text is searched again. What is left of it after a replacement can look like another secret, but hardly twice. */
const mostPasses = 8;

/** Replaces keys, tokens and passwords in a text, and leaves the rest of it as it is. */
export function redactSecrets(text: string): string {
  let redacted = text;
  for (let pass = 0; pass < mostPasses; pass += 1) {
    const ranges = findSecret({ text: redacted }).flatMap(({ range }) => range ?? []);
    if (ranges.length === 0) break;
    redacted = withoutRanges(redacted, ranges);
  }
  return redacted;
}

function withoutRanges(text: string, ranges: readonly { start: number; end: number }[]): string {
  let result = "";
  let from = 0;
  for (const { start, end } of ranges) {
    result += `${text.slice(from, start)}${replacement}`;
    from = end;
  }
  return result + text.slice(from);
}
