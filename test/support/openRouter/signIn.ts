import { createHash, randomBytes } from "node:crypto";
import * as z from "zod/mini";
import type { ReceivedRequest } from "../simulator/receivedRequest";
import { json, refusal, type Reply } from "./reply";

interface Grant {
  challenge: string | undefined;
  method: string | undefined;
  until: number;
}

const exchange = z.object({
  code: z.string(),
  code_verifier: z.optional(z.string()),
  code_challenge_method: z.optional(z.string()),
});

const codeLifetimeMs = 10 * 60_000;

/** The sign-in pages, where users grant an app a key. A code works once, for ten minutes, and only with its verifier. */
export class SignInPages {
  /** The issued keys, oldest first. */
  readonly keys: string[] = [];
  readonly #grants = new Map<string, Grant>();
  readonly #now: () => number;
  readonly #addKey: (key: string) => void;

  /** `addKey` makes the account accept an issued key. */
  constructor(now: () => number, addKey: (key: string) => void) {
    this.#now = now;
    this.#addKey = addKey;
  }

  /** `GET /auth`: asks the user for consent. */
  showConsent({ query }: ReceivedRequest): Reply {
    const callback = query.get("callback_url");
    if (callback !== null && !isAllowed(callback)) return page(400, "Invalid callback URL");
    if (callback === null && !query.get("code_challenge")) return page(400, "A code challenge is required");
    const label = escape(query.get("key_label") ?? "An app");
    return page(
      200,
      `<p>${label} requests an API key.</p><a id="authorize" href="/auth/grant?${escape(query.toString())}">Authorize</a>`,
    );
  }

  /** `GET /auth/grant`: the user agreed. Redirects the browser with a code, or shows the code. */
  grant({ query }: ReceivedRequest): Reply {
    const code = `auth_code_${randomBytes(12).toString("hex")}`;
    this.#grants.set(code, {
      challenge: query.get("code_challenge") ?? undefined,
      method: query.get("code_challenge_method") ?? undefined,
      until: this.#now() + codeLifetimeMs,
    });
    const callback = query.get("callback_url");
    if (callback === null) return page(200, `<p>Your code:</p><code id="code">${code}</code>`);
    if (!isAllowed(callback)) return page(400, "Invalid callback URL");
    // Concatenated, as the service does.
    const location = `${callback}${callback.includes("?") ? "&" : "?"}code=${code}`;
    return { status: 302, headers: { location }, frames: [] };
  }

  /** `POST /auth/keys`: exchanges a code for a key. */
  exchange({ body }: ReceivedRequest): Reply {
    const parsed = exchange.safeParse(body);
    if (!parsed.success) return refusal(400, "Invalid request body");
    const { code, code_verifier: verifier, code_challenge_method: method } = parsed.data;
    const grant = this.#grants.get(code);
    if (!grant) return refusal(403, "Invalid code");
    if (grant.method !== undefined && method !== grant.method) return refusal(400, "Invalid code_challenge_method");
    if (grant.challenge !== undefined && challengeOf(verifier ?? "", grant.method) !== grant.challenge)
      return refusal(403, "Invalid code or code_verifier");
    this.#grants.delete(code);
    if (grant.until < this.#now()) return refusal(403, "Code expired");
    const key = `sk-or-v1-${randomBytes(32).toString("hex")}`;
    this.keys.push(key);
    this.#addKey(key);
    return json(200, { key, user_id: "user_simulated" });
  }
}

function challengeOf(verifier: string, method: string | undefined): string {
  return method === "S256" ? createHash("sha256").update(verifier).digest("base64url") : verifier;
}

/** Callback URLs that the documentation has allowed since July 2026, and URI schemes of editors, which it does not mention. */
function isAllowed(callback: string): boolean {
  const url = URL.parse(callback);
  if (!url) return false;
  if (url.protocol === "http:") return ["localhost", "127.0.0.1"].includes(url.hostname);
  return (
    url.protocol === "https:" || /^(vscode|vscode-insiders|vscodium|code-oss|code-server|cursor):$/.test(url.protocol)
  );
}

function page(status: number, content: string): Reply {
  const html = `<!DOCTYPE html><html lang="en"><title>Simulated OpenRouter</title><body>${content}</body></html>`;
  return { status, headers: { "content-type": "text/html" }, frames: [{ raw: html }] };
}

function escape(text: string): string {
  return text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
