/** One step of what goes over the wire, before it is paced and cut. */
export type Frame =
  | { comment: string }
  /** One `data:` line: a chunk, or a text as it is (`[DONE]`, garbage). */
  | { data: unknown }
  /** Bytes outside the event format: JSON bodies, HTML, half lines. */
  | { raw: string }
  /** A pause of the pace: before the first content, between deltas, or so many milliseconds. */
  | { pause: "first" | "between" | number }
  /** Nothing more until the test lets go (or for ever); meanwhile what `every` says, again and again. */
  | { stall: true; every?: Frame }
  /** The socket dies. */
  | { destroy: true };

/** What the simulator answers to one request: status, headers, and then frame by frame. */
export interface Reply {
  status: number;
  headers: Record<string, string>;
  frames: readonly Frame[];
  /** The model that answers, where one does. */
  model?: string;
  /** The text that the model meant to say, whole, whatever became of it on the way. */
  intendedText?: string;
  /** What was wrong with it on purpose: a name of `faultNames`. */
  fault?: string;
  /** The error that the frames spell, for whoever adds to it. */
  error?: ErrorBody;
  /** Silence, or a dead socket, instead of headers. */
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

/** A JSON answer in one piece. */
export const json = (status: number, body: unknown, headers: Record<string, string> = {}): Reply => ({
  status,
  headers: { "content-type": "application/json", ...headers },
  frames: [{ raw: JSON.stringify(body) }],
});

/** An error with a body of its own. */
export const refusalWithBody = (status: number, error: ErrorBody, headers?: Record<string, string>): Reply => ({
  ...json(status, error, headers),
  error,
});

/** An error of the service: its status, and the same number in the body. */
export const refusal = (
  status: number,
  message: string,
  metadata?: Record<string, unknown>,
  headers?: Record<string, string>,
): Reply => refusalWithBody(status, errorBody(status, message, metadata), headers);
