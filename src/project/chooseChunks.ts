import type { ChunkSymbol, FoundChunk } from "./searchIndex";

/** Lines of a file to send. Zero-based; `end` is exclusive. */
export interface ChosenCode {
  readonly path: string;
  readonly start: number;
  readonly end: number;
  /** A symbol of the question or the selection that is defined or used there. */
  readonly symbol?: ChunkSymbol;
}

/** Adjacent chunks of a file are joined if at most so many lines lie between them. */
const maxGap = 4;
/** More parts are hard to survey, for the user and for the model. */
const maxParts = 14;
/** Once so much of the budget is used, smaller chunks that would still fit are not looked for. */
const fullShare = 0.95;

/**
 * The best chunks whose estimated tokens fit the budget, joined where they are next to each other, in the order of their best chunk. A chunk
 * that does not fit is skipped, so that a smaller one can take its place.
 */
export async function chooseChunks(
  found: readonly FoundChunk[],
  budget: number,
  tokensOf: (chunk: FoundChunk) => number | Promise<number>,
): Promise<ChosenCode[]> {
  const chosen: FoundChunk[] = [];
  let tokens = 0;
  for (const chunk of found) {
    if (tokens >= budget * fullShare) break;
    const size = await tokensOf(chunk);
    if (size === 0 || tokens + size > budget) continue;
    tokens += size;
    chosen.push(chunk);
    if (joined(chosen).length > maxParts) {
      chosen.pop();
      break;
    }
  }
  return joined(chosen);
}

function joined(chunks: readonly FoundChunk[]): ChosenCode[] {
  const parts: ChosenCode[] = [];
  for (const path of new Set(chunks.map((chunk) => chunk.path))) {
    const ofFile = chunks.filter((chunk) => chunk.path === path).sort((one, other) => one.start - other.start);
    let last: ChosenCode | undefined;
    for (const { start, end, symbol } of ofFile) {
      if (last && start - last.end <= maxGap) {
        parts.pop();
        const both = definitionFirst(last.symbol, symbol);
        last = { path, start: last.start, end: Math.max(last.end, end), ...(both && { symbol: both }) };
      } else {
        last = { path, start, end, ...(symbol && { symbol }) };
      }
      parts.push(last);
    }
  }
  return parts;
}

/** A definition says more than a use. */
function definitionFirst(one: ChunkSymbol | undefined, other: ChunkSymbol | undefined): ChunkSymbol | undefined {
  return one?.role !== "defines" && other?.role === "defines" ? other : (one ?? other);
}
