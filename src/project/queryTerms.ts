import { isStopWord, partsOf, stemOf } from "./words";
import { wholeTerm } from "./vocabulary";

/** A term of a question. */
export interface QueryTerm {
  readonly term: string;
  /** As it stands in the question. */
  readonly text: string;
  readonly weight: number;
  /** Whether it is written like a name in code. */
  readonly isName: boolean;
}

const word = /[A-Za-z_$][\w$]*|[^\x00-\x7f\s]+|\d{2,}/g;
/** Written like a name in code: with capitals inside, an underscore or a digit. */
const codeShape = /[a-z][A-Z]|_|\d|^[A-Z]{2,}[a-z]/;
/** How much a name written as in code counts, compared with a word. */
const nameWeight = 2;
const partWeight = 0.7;

/** The terms to search for. Words that say nothing are left out, unless nothing else remains. */
export function queryTerms(question: string): QueryTerm[] {
  const terms = new Map<string, QueryTerm>();
  const add = (term: QueryTerm): void => {
    const known = terms.get(term.term);
    if (!known || known.weight < term.weight)
      terms.set(term.term, { ...term, isName: term.isName || (known?.isName ?? false) });
  };
  const quoted = new Set([...question.matchAll(/`([^`]+)`/g)].flatMap(([, code = ""]) => code.match(word) ?? []));
  for (const text of question.match(word) ?? []) {
    const parts = partsOf(text).filter((part) => part.length > 1);
    const isCode = codeShape.test(text) || quoted.has(text);
    if (parts.length > 1) add({ term: wholeTerm(text), text, weight: nameWeight, isName: true });
    for (const part of parts) {
      if (isStopWord(part) && !(isCode && parts.length === 1)) continue;
      add({
        term: stemOf(part),
        text: part,
        weight: parts.length > 1 ? partWeight : isCode ? nameWeight : 1,
        isName: isCode && parts.length === 1,
      });
    }
  }
  return [...terms.values()];
}
