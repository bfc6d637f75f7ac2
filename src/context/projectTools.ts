import type { Tool } from "../router/index";

/** The read-only tools with which a model looks into the project. */
export interface ProjectTools {
  /** As a request offers them. */
  readonly definitions: readonly Tool[];
  /** What a call would do; `undefined` if there is no such tool. */
  prepare(name: string, parameters: unknown): PreparedCall | undefined;
}

export interface PreparedCall {
  /** For the user: `Read src/basket.ts:1-60`. */
  readonly label: string;
  /** Never writes, runs programs or leaves the workspace. */
  run(signal: AbortSignal): Promise<ToolOutput>;
}

/** What a call found, or why it was refused: a sentence for the model. */
export type ToolOutput = { readonly parts: readonly ResultPart[] } | { readonly problem: string };

/** A part of a result, of one file or of none. */
export interface ResultPart {
  /** Where it comes from: `src/basket.ts:10-60`. */
  readonly heading?: string;
  readonly text: string;
  /** The file that it comes from, for the secrets check. */
  readonly uri?: string;
  /** The zero-based number of its first line in the file. */
  readonly firstLine?: number;
}
