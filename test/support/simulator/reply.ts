/** A unit of the response before pacing and chunking. */
export type Frame =
  | { comment: string }
  /** A `data:` line: a JSON chunk, or a string that is sent unchanged (`[DONE]`, invalid data). */
  | { data: unknown }
  /** Text outside the event format: JSON bodies, HTML, incomplete lines. */
  | { raw: string }
  /** A pause: before the first content or between deltas, as set by the pace, or a number of milliseconds. */
  | { pause: "first" | "between" | number }
  /** Sends nothing until the test calls `release`, except `every`, repeatedly. */
  | { stall: true; every?: Frame }
  /** Destroys the socket. */
  | { destroy: true };

/** The response to a request: status, headers and frames. */
export interface Reply {
  status: number;
  headers: Record<string, string>;
  frames: readonly Frame[];
  /** The model that answers, if any. */
  model?: string;
  /** The complete text that the model intended to send, whatever fault followed. */
  intendedText?: string;
  /** The name of the simulated fault. */
  fault?: string;
  /** Stalls, or destroys the socket, before the headers. */
  beforeHeaders?: "stall" | "destroy";
}

/** A JSON response. */
export const json = (status: number, body: unknown, headers: Record<string, string> = {}): Reply => ({
  status,
  headers: { "content-type": "application/json", ...headers },
  frames: [{ raw: JSON.stringify(body) }],
});
