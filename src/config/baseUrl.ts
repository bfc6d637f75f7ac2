/** Why an address is not taken as the API's. */
export type BaseUrlRefusal = "not-an-address" | "not-encrypted" | "has-credentials";

/**
 * The address of an OpenRouter-compatible API as it may be used: without a trailing slash, and encrypted unless it is this very
 * machine, since the user's key is sent there with every request.
 */
export function acceptBaseUrl(text: string): { url: string } | { refusal: BaseUrlRefusal } {
  const url = URL.parse(text.trim());
  if (!url || !/^https?:$/.test(url.protocol)) return { refusal: "not-an-address" };
  if (url.username || url.password) return { refusal: "has-credentials" };
  if (url.protocol === "http:" && !isLoopback(url.hostname)) return { refusal: "not-encrypted" };
  return { url: url.origin + url.pathname.replace(/\/+$/, "") };
}

/** By name, not by lookup: whatever a name server says, these stay on the machine. `URL` has already spelled numbers out. */
function isLoopback(hostname: string): boolean {
  return hostname === "localhost" || hostname.endsWith(".localhost") || /^(127(\.\d+){3}|\[::1\])$/.test(hostname);
}
