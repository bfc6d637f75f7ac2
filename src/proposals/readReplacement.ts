import { codeBlocks } from "./codeBlocks";
import { isOtherLanguage } from "./languageFamily";
import { splitLines } from "./lineHunks";

/** Why an answer cannot be applied to a file. */
export type ReplacementProblem =
  | { readonly kind: "no-code" }
  | { readonly kind: "several-blocks"; readonly count: number }
  /** The answer ended in the middle of the code. */
  | { readonly kind: "cut" }
  | { readonly kind: "other-language"; readonly language: string }
  /** A placeholder such as "rest unchanged" replaces part of the code. */
  | { readonly kind: "left-out"; readonly line: string };

export interface AnswerText {
  readonly text: string;
  /** The answer reached its token limit. */
  readonly truncated: boolean;
}

/** The replacement lines in an answer, or why there are none. */
export function readReplacement(
  { text, truncated }: AnswerText,
  original: { readonly lines: readonly string[]; readonly languageId: string },
): { readonly lines: string[] } | { readonly problem: ReplacementProblem } {
  const blocks = codeBlocks(text);
  const [block] = blocks;
  if (truncated || blocks.some(({ closed }) => !closed)) return { problem: { kind: "cut" } };
  if (!block) return { problem: { kind: "no-code" } };
  if (blocks.length > 1) return { problem: { kind: "several-blocks", count: blocks.length } };
  if (isOtherLanguage(block.language, original.languageId))
    return { problem: { kind: "other-language", language: block.language } };
  const lines = splitLines(block.text);
  const line = omittedCodeComment(lines, original.lines);
  return line === undefined ? { lines } : { problem: { kind: "left-out", line } };
}

/** The complete lines of the replacement while the answer streams; `undefined` before the code begins. */
export function partialReplacement(text: string): string[] | undefined {
  const [block] = codeBlocks(text);
  if (!block) return undefined;
  const lines = splitLines(block.text);
  return block.closed ? lines : lines.slice(0, -1);
}

const comment = /^\s*(?:\/\/|\/\*|#|--|<!--|;|%|\{\/\*)\s*(.*)$/;
const ellipsis = /^(?:\.{3}|…)|(?:\.{3}|…)\s*(?:\*\/\}?|-->)?\s*$/;
const omittedCode =
  /\b(?:existing|remaining|previous|original|other|unchanged|rest of(?: the)?)\b.{0,40}\b(?:code|file|function|functions|method|methods|class|lines|implementation|unchanged|here|same|as before)\b/i;

/** The first comment that is a placeholder for omitted code, unless the original contains it. */
export function omittedCodeComment(lines: readonly string[], original: readonly string[]): string | undefined {
  const known = new Set(original.map((line) => line.trim()));
  return lines.find((line) => {
    const [, text] = comment.exec(line) ?? [];
    if (text === undefined || known.has(line.trim())) return false;
    return /^(?:\.{3}|…)\s*(?:\*\/\}?|-->)?$/.test(text) || (ellipsis.test(text) && omittedCode.test(text));
  });
}
