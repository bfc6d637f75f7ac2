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
  /** The error in the body, so that metadata can be added to it. */
  error?: ErrorBody;
  /** Stalls, or destroys the socket, before the headers. */
  beforeHeaders?: "stall" | "destroy";
}

export interface ErrorBody {
  error: { code: number; message: string; metadata?: Record<string, unknown>; availability?: unknown };
  user_id?: string;
  openrouter_metadata?: unknown;
}

export const errorBody = (code: number, message: string, metadata?: Record<string, unknown>): ErrorBody => ({
  error: { code, message, ...(metadata && { metadata }) },
  ...(code !== 401 && { user_id: "user_simulated" }),
});

/** A JSON response. */
export const json = (status: number, body: unknown, headers: Record<string, string> = {}): Reply => ({
  status,
  headers: { "content-type": "application/json", ...headers },
  frames: [{ raw: JSON.stringify(body) }],
});

/** An error with the given body. */
export const refusalWithBody = (status: number, error: ErrorBody, headers?: Record<string, string>): Reply => ({
  ...json(status, error, headers),
  error,
});

/** An error in the format of the service, with its status as the code in the body. */
export const refusal = (
  status: number,
  message: string,
  metadata?: Record<string, unknown>,
  headers?: Record<string, string>,
): Reply => refusalWithBody(status, errorBody(status, message, metadata), headers);
