import { codeBlocks } from "./codeBlocks";
import { isOtherLanguage } from "./languageFamily";
import { splitLines } from "./lineHunks";

/** Why an answer is not put into a file. */
export type ReplacementProblem =
  | { readonly kind: "no-code" }
  | { readonly kind: "several-blocks"; readonly count: number }
  /** It ended in the middle of the code. */
  | { readonly kind: "cut" }
  | { readonly kind: "other-language"; readonly language: string }
  /** It says "the rest stays as it is" where the rest should be. */
  | { readonly kind: "left-out"; readonly line: string };

export interface AnswerText {
  readonly text: string;
  /** The model ran out of room. */
  readonly truncated: boolean;
}

/** The lines that an answer wants in place of the original ones, or why it cannot be told which they are. */
export function readReplacement(
  { text, truncated }: AnswerText,
  original: { readonly lines: readonly string[]; readonly languageId: string },
): { readonly lines: string[] } | { readonly refusal: ReplacementProblem } {
  const blocks = codeBlocks(text);
  const [block] = blocks;
  if (truncated || blocks.some(({ closed }) => !closed)) return { refusal: { kind: "cut" } };
  if (!block) return { refusal: { kind: "no-code" } };
  if (blocks.length > 1) return { refusal: { kind: "several-blocks", count: blocks.length } };
  if (isOtherLanguage(block.language, original.languageId))
    return { refusal: { kind: "other-language", language: block.language } };
  const lines = splitLines(block.text);
  const line = leftOut(lines, original.lines);
  return line === undefined ? { lines } : { refusal: { kind: "left-out", line } };
}

/** What is already to be seen of the replacement while the answer is being written; undefined before it begins. */
export function replacementSoFar(text: string): string[] | undefined {
  const [block] = codeBlocks(text);
  if (!block) return undefined;
  const lines = splitLines(block.text);
  return block.closed ? lines : lines.slice(0, -1);
}

const comment = /^\s*(?:\/\/|\/\*|#|--|<!--|;|%|\{\/\*)\s*(.*)$/;
const ellipsis = /^(?:\.{3}|…)|(?:\.{3}|…)\s*(?:\*\/\}?|-->)?\s*$/;
const theRest =
  /\b(?:existing|remaining|previous|original|other|unchanged|rest of(?: the)?)\b.{0,40}\b(?:code|file|function|functions|method|methods|class|lines|implementation|unchanged|here|same|as before)\b/i;

/** The first comment that stands for code left out, unless it stood there before. */
export function leftOut(lines: readonly string[], original: readonly string[]): string | undefined {
  const known = new Set(original.map((line) => line.trim()));
  return lines.find((line) => {
    const [, words] = comment.exec(line) ?? [];
    if (words === undefined || known.has(line.trim())) return false;
    return /^(?:\.{3}|…)\s*(?:\*\/\}?|-->)?$/.test(words) || (ellipsis.test(words) && theRest.test(words));
  });
}
