import * as z from "zod/mini";
import { readTestData } from "../../support/openRouter";

/** A simulator of a service, as far as the client needs it. */
interface Server {
  readonly url: string;
  readonly baseUrl: string;
}

export const groqKey = `gsk_${"a1B2c3D4e5".repeat(2)}`;
export const mistralKey = "a1b2c3d4".repeat(4);

/** A valid chat request with some fields replaced, or removed if `undefined`. */
export const question = (model: string, fields: Record<string, unknown> = {}): Record<string, unknown> => ({
  model,
  messages: [{ role: "user", content: "Why is the sky blue?" }],
  stream: true,
  ...fields,
});

/** Sends a chat request, with a key for the services that want one. */
export function ask(server: Server, body: unknown, { key, ...init }: RequestInit & { key?: string } = {}) {
  return fetch(`${server.baseUrl}/chat/completions`, {
    method: "POST",
    ...(key !== undefined && { headers: { authorization: `Bearer ${key}` } }),
    body: JSON.stringify(body),
    ...init,
  });
}

export const getJson = async (server: Server, path: string, key?: string): Promise<unknown> => {
  const headers = key === undefined ? {} : { authorization: `Bearer ${key}` };
  return (await fetch(server.url + path, { headers })).json();
};

const documents = z.record(z.string(), z.record(z.string(), z.unknown()));

/** A recorded or documented body of a service. */
export const documentOf = (service: string, name: string): unknown =>
  documents.parse(JSON.parse(readTestData("services/documents.json")))[service]?.[name];

/** A value with everything that differs from one answer to the next made equal: numbers, ids and the padding. */
export function stable(value: unknown, name = ""): unknown {
  if (typeof value === "number" || ["id", "p", "system_fingerprint"].includes(name)) return `any ${name}`;
  if (Array.isArray(value)) return value.map((each) => stable(each));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, stable(each, key)]));
}
