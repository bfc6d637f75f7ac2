/**
 * Whether a host name is this computer. Checks the name without a DNS lookup, which an attacker could control. `URL` has already normalized
 * numeric addresses.
 */
export function isLoopbackHost(hostname: string): boolean {
  return hostname === "localhost" || hostname.endsWith(".localhost") || /^(127(\.\d+){3}|\[::1\])$/.test(hostname);
}

export function isLoopbackUrl(url: string): boolean {
  return isLoopbackHost(URL.parse(url)?.hostname ?? "");
}
