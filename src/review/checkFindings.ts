import type { AnsweredFinding, Severity } from "./answeredFindings";
import { changedLines, type ChangedFile } from "./changedFiles";
import { nameInPrompt } from "./reviewParts";

/** A finding whose line and quote are in the changes. */
export interface CheckedFinding {
  readonly file: ChangedFile;
  /** One-based, in the new file. */
  readonly line: number;
  /** The text of that line, from the changes and not from the model. */
  readonly code: string;
  readonly severity: Severity;
  readonly title: string;
  readonly why: string;
}

/** Characters that a quote needs, without spaces, to find its line elsewhere in the file: `}` says nothing. */
const minSearchedQuote = 4;

/**
 * The finding at its line, if that line is in the changes and contains the quoted code. Models count lines wrong, so otherwise at the only
 * changed line of the file with that code. `undefined` if there is none.
 */
export function checkFinding(
  { file: name, line, quote, severity, title, why }: AnsweredFinding,
  files: readonly ChangedFile[],
): CheckedFinding | undefined {
  const file = findFile(name, files);
  if (!file || title.trim() === "") return undefined;
  const lines = changedLines(file);
  for (const quoted of possibleQuotes(quote)) {
    const number = contains(lines.get(line), quoted) ? line : onlyLineWith(quoted, lines);
    const code = number === undefined ? undefined : lines.get(number);
    if (number !== undefined && code !== undefined)
      return { file, line: number, code, severity, title: title.trim(), why: why.trim() };
  }
  return undefined;
}

/** The file with this name, or the only one that ends with it: models shorten paths, and write prefixes as a diff has them. */
function findFile(name: string, files: readonly ChangedFile[]): ChangedFile | undefined {
  const wanted = name.trim();
  const exact = files.find(({ path }) => nameInPrompt(path) === wanted);
  if (exact) return exact;
  const short = wanted.replace(/^(?:\.\/|[ab]\/)/, "");
  const similar = files.filter(({ path }) => short !== "" && `/${nameInPrompt(path)}`.endsWith(`/${short}`));
  return similar.length === 1 ? similar[0] : undefined;
}

/** The quote on one line without extra spaces: as it is, and without what the prompt adds to a line, which some models copy along. */
function possibleQuotes(quote: string): string[] {
  const first = quote.split(/\r?\n/).find((line) => line.trim() !== "") ?? "";
  const bare = first.replace(/^\s*(?:\d+ )?[+|] ?/, "").replace(/…\s*$/, "");
  return [...new Set([normalized(first), normalized(bare)])].filter((each) => each !== "");
}

function contains(line: string | undefined, quote: string): boolean {
  return line !== undefined && normalized(line).includes(quote);
}

/** The number of the only line that is the quote; if none is, of the only one that contains it. */
function onlyLineWith(quote: string, lines: ReadonlyMap<number, string>): number | undefined {
  if (quote.replaceAll(" ", "").length < minSearchedQuote) return undefined;
  const equal = [...lines].filter(([, text]) => normalized(text) === quote);
  const found = equal.length > 0 ? equal : [...lines].filter(([, text]) => contains(text, quote));
  return found.length === 1 ? found[0]?.[0] : undefined;
}

function normalized(text: string): string {
  return text.trim().replace(/\s+/g, " ");
}
