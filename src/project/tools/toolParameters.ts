/**
 * The parameters of a call. The router checks them against the JSON schema of the tool, but a tool must not depend on who calls it. Plain
 * functions, since a second copy of zod would be a fifth of the editor's bundle.
 */
export type ToolParameters = Readonly<Record<string, unknown>>;

/** The JSON schema of a parameter; `meaning` is for the model. */
export function ofType(type: "string" | "integer", meaning: string): object {
  return { type, description: meaning };
}

/** The parameters as an object, or `undefined` if they are none. */
export function toolParameters(value: unknown): ToolParameters | undefined {
  return isObject(value) ? value : undefined;
}

/** A text of at most so many characters; `""` if it is absent, and `undefined` if it is not valid. */
export function textParameter(value: unknown, maxLength: number): string | undefined {
  if (value === undefined || value === null) return "";
  return typeof value === "string" && value.length <= maxLength ? value : undefined;
}

/** A line number from 1, as a number or in digits; `undefined` if it is absent or not valid. */
export function lineParameter(value: unknown): number | undefined {
  const line = typeof value === "string" && /^\d{1,7}$/.test(value) ? Number(value) : value;
  return typeof line === "number" && Number.isInteger(line) && line >= 1 && line <= 10_000_000 ? line : undefined;
}

function isObject(value: unknown): value is ToolParameters {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
