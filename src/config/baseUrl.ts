import { isLoopbackHost } from "../router/index";

/** The reason why a URL is rejected as the API address. */
export type BaseUrlProblem = "not-an-address" | "not-encrypted" | "has-credentials";

/**
 * Parses and validates the address of an OpenRouter-compatible API, without trailing slashes. Requires HTTPS except on this computer, since
 * every request sends the user's API key.
 */
export function parseBaseUrl(text: string): { url: string } | { problem: BaseUrlProblem } {
  const url = URL.parse(text.trim());
  if (!url || !/^https?:$/.test(url.protocol)) return { problem: "not-an-address" };
  if (url.username || url.password) return { problem: "has-credentials" };
  if (url.protocol === "http:" && !isLoopbackHost(url.hostname)) return { problem: "not-encrypted" };
  return { url: url.origin + url.pathname.replace(/\/+$/, "") };
}

/** The origin that a key for this address belongs to, such as `https://openrouter.ai`. The address is one that `parseBaseUrl` accepted. */
export function originOf(baseUrl: string): string {
  return new URL(baseUrl).origin;
}

/** The host of an origin, to be shown to the user. International names stay in their ASCII form, so that they cannot imitate others. */
export function hostOf(origin: string): string {
  return new URL(origin).host;
}

/** Whether the origin is on this computer. */
export function isLoopbackOrigin(origin: string): boolean {
  return isLoopbackHost(new URL(origin).hostname);
}
