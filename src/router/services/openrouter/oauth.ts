import { RouterError, isRouterError } from "../../errors";
import { codeExchangeUrl, signInUrl } from "./addresses";
import { parseExchangedKey } from "./keyInfo";
import { refusalError } from "./refusal";
import { fetchDocument } from "../../fetchDocument";
import type { RouterSettings } from "../../settings";

export interface SignInRequest {
  /** base64url(SHA-256(verifier)), without padding. */
  challenge: string;
  /** The URL that receives the code; without it the page shows the code for the user to paste. */
  callbackUrl?: string | undefined;
  /** The name of the key in the user's list of keys. */
  label: string;
}

/** The URL where the user signs in and creates a key (OAuth with PKCE; the service documents no `state`). */
export function signInPage(settings: RouterSettings, { challenge, callbackUrl, label }: SignInRequest): string {
  const url = new URL(signInUrl(settings.baseUrl));
  if (callbackUrl !== undefined) url.searchParams.set("callback_url", callbackUrl);
  url.searchParams.set("code_challenge", challenge);
  url.searchParams.set("code_challenge_method", "S256");
  url.searchParams.set("key_label", label);
  return url.href;
}

/**
 * Exchanges a sign-in code for an API key. A code is valid for ten minutes and works once. Throws `RouterError`:
 * `unauthorized` for an invalid, used or expired code.
 */
export async function exchangeCode(
  fetch: typeof globalThis.fetch,
  settings: RouterSettings,
  { code, verifier, now, signal }: { code: string; verifier: string; now: number; signal?: AbortSignal },
): Promise<string> {
  const body = { code, code_verifier: verifier, code_challenge_method: "S256" };
  const request = {
    ...{ url: codeExchangeUrl(settings.baseUrl), method: "POST" as const, body },
    ...{ now, signal, timeoutMs: 20_000, readRefusal: refusalError },
  };
  try {
    return await fetchDocument(fetch, request, parseExchangedKey);
  } catch (error) {
    if (!isRouterError(error) || (error.status !== 400 && error.status !== 403)) throw error;
    const { status, detail } = error;
    throw new RouterError("unauthorized", "OpenRouter rejected the code. It is invalid, already used or expired.", {
      ...{ status, detail },
      cause: error,
    });
  }
}
