import { isRecord } from "./json";

/** An error in the OpenAI shape, or only its text. */
export type ErrorObject = Record<string, unknown> | string;

/** Whether a body or chunk contains an error, at the top level, in a choice, or as a whole (`object: "error"`). Runs on every chunk. */
export function hasError(body: unknown): boolean {
  return isRecord(body) && (body["object"] === "error" || findErrorObject(body) !== undefined);
}

/** The `error` of a body or chunk, at the top level or in a choice. */
export function findErrorObject(body: Record<string, unknown>): ErrorObject | undefined {
  const topLevel = body["error"];
  if (isErrorObject(topLevel)) return topLevel;
  const choices = body["choices"];
  if (!Array.isArray(choices)) return undefined;
  for (const choice of choices as unknown[]) {
    const error = isRecord(choice) ? choice["error"] : undefined;
    if (isErrorObject(error)) return error;
  }
  return undefined;
}

function isErrorObject(value: unknown): value is ErrorObject {
  return isRecord(value) || (typeof value === "string" && value !== "");
}
