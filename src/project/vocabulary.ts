import { IdentifierTable, visitIdentifiers } from "./identifiers";
import { partsOf, stemOf } from "./words";

/** Longer runs of letters are data, such as Base64. */
const maxIdentifierLength = 64;

/** Gives each term a number. An identifier has the stems of its words as terms, and itself if it has several words. */
export class Vocabulary {
  readonly #terms = new Map<string, number>();
  /** Most identifiers of a project occur many times, so each is split once. */
  #identifiers = new IdentifierTable<readonly number[]>();

  /** Gives back the memory that only adding needs. */
  trim(): void {
    this.#identifiers = new IdentifierTable();
  }

  get size(): number {
    return this.#terms.size;
  }

  /** Visits the terms of all identifiers in a text; adds those that are new. */
  addAll(text: string, visit: (term: number) => void): void {
    const create = (identifier: string): readonly number[] =>
      identifier.length > maxIdentifierLength ? [] : termsOf(identifier).map((term) => this.#number(term));
    visitIdentifiers(text, (start, end, hash) => {
      for (const term of this.#identifiers.at(text, start, end, hash, create)) visit(term);
    });
  }

  /** The terms of an identifier; adds those that are new. */
  add(identifier: string): readonly number[] {
    const terms: number[] = [];
    this.addAll(identifier, (term) => terms.push(term));
    return terms;
  }

  /** The term for a definition of the name; adds it if it is new. */
  addDefinition(name: string): number {
    return this.#number(definitionTerm(name));
  }

  /** The number of a term, if the project has it. */
  find(term: string): number | undefined {
    return this.#terms.get(term);
  }

  #number(term: string): number {
    const known = this.#terms.get(term);
    if (known !== undefined) return known;
    const number = this.#terms.size;
    this.#terms.set(term, number);
    return number;
  }
}

/** The terms of an identifier: the stems of its words, and all of it if it has several. */
export function termsOf(identifier: string): string[] {
  const words = partsOf(identifier).filter((word) => word.length > 1);
  const stems = [...new Set(words.map(stemOf))];
  return words.length > 1 ? [...stems, wholeTerm(identifier)] : stems;
}

/** The term that chunks have which define the name. */
export function definitionTerm(name: string): string {
  return `=${name.toLowerCase()}`;
}

/** The term for an identifier as a whole. */
export function wholeTerm(identifier: string): string {
  return identifier.toLowerCase();
}
