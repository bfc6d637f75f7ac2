import type { RequestsLeft } from "./requestsLeft";

/** How an answer that looks into the project stands before its next request. */
export interface RoundsSoFar {
  /** Rounds of calls that are over. */
  readonly rounds: number;
  /** How many the user allows. */
  readonly limit: number;
  /** The user wants the answer now, or tools have failed. */
  readonly isOver: boolean;
  /** The last round only repeated calls that had been answered. */
  readonly isRepeating: boolean;
  /** How many characters of results may still be sent. */
  readonly room: number;
  readonly left: RequestsLeft;
}

/** Whether the next request of the answer offers tools. Without tools it is the last one. The last request of the day or minute is for the answer. */
export function nextRequest({
  rounds,
  limit,
  isOver,
  isRepeating,
  room,
  left: { today = Infinity, thisMinute = Infinity },
}: RoundsSoFar): "with-tools" | "without-tools" {
  const mayLook = rounds < limit && !isOver && !isRepeating && room > 0 && today > 1 && thisMinute > 1;
  return mayLook ? "with-tools" : "without-tools";
}
