/**
 * Fields that belong to OpenRouter, or that name the user. Every simulator of another service refuses them, even if the true
 * service would ignore them: they must never be sent there.
 */
const openRouterFields = new Set([
  ...["models", "provider", "plugins", "reasoning", "transforms", "route", "usage", "user", "session_id"],
]);

export const isOpenRouterField = (field: string): boolean => openRouterFields.has(field);

/** The fields of messages that all services define. */
const messageFields = new Set(["role", "content", "tool_calls", "tool_call_id"]);

/** A field of the body, or of the message number `index`, that the service does not define. */
export interface ForeignField {
  field: string;
  value: unknown;
  message?: { index: number; role: string };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The fields of a request body that are not in `known`, and those of its messages that services do not define. */
export function foreignFields(body: unknown, known: readonly string[]): ForeignField[] {
  if (!isObject(body)) return [];
  const top = Object.entries(body).filter(([field]) => isOpenRouterField(field) || !known.includes(field));
  const messages: unknown[] = Array.isArray(body["messages"]) ? body["messages"] : [];
  const inMessages = messages.flatMap((each, index) =>
    Object.entries(isObject(each) ? each : {})
      .filter(([field]) => !messageFields.has(field))
      .map(([field, value]) => ({ field, value, message: { index, role: String((each as { role?: unknown }).role) } })),
  );
  return [...top.map(([field, value]) => ({ field, value })), ...inMessages];
}

/** The headers by which a client names itself to OpenRouter; no other service may get them. */
export const openRouterHeaders = (headers: Readonly<Record<string, string>>): string[] =>
  Object.keys(headers).filter((name) => /^(http-referer|x-title|x-openrouter-.*)$/.test(name));
