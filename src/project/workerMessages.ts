import type { ChosenCode } from "./chooseChunks";
import type { SymbolPlace } from "./searchIndex";

/** A file to index. Paths are shown to the user and unique; `file` is where the worker reads it, absent for `text`. */
export type IndexedSource = { readonly path: string } & ({ readonly file: string } | { readonly text: string });

export interface ProjectQuery {
  readonly question: string;
  /** Paths that are open or were edited lately, the latest first. */
  readonly recent: readonly string[];
  /** Where symbols of the question and the selection are, by the language's own services. */
  readonly places: readonly SymbolPlace[];
  /** Estimated tokens of all code together. */
  readonly budget: number;
}

/** Code for a question. */
export interface FoundCode extends ChosenCode {
  readonly text: string;
  /** Words of the question that it contains, a few. */
  readonly words: readonly string[];
}

export type ToWorker =
  | { readonly type: "add"; readonly id: number; readonly sources: readonly IndexedSource[] }
  | { readonly type: "remove"; readonly paths: readonly string[] }
  | { readonly type: "search"; readonly id: number; readonly query: ProjectQuery };

export type FromWorker =
  | { readonly type: "added"; readonly id: number }
  | { readonly type: "found"; readonly id: number; readonly found: readonly FoundCode[] };
