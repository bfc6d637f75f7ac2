import { json, type Reply as SimulatorReply } from "../simulator/reply";

export { json, type Frame } from "../simulator/reply";

/** The response to a request, with the error that the service put into its body. */
export interface Reply extends SimulatorReply {
  /** The error in the body, so that metadata can be added to it. */
  error?: ErrorBody;
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
