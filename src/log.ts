import { accountIdPatterns, keyPatterns, type Log } from "./router/index";

/** All quantifiers are bounded, or begin where no other match can: 200 KB of anything take milliseconds. */
const secrets: readonly [RegExp, string][] = [
  // OpenRouter keys, complete or truncated, including the service's own abbreviations ("sk-or-v1-au7...890").
  [/\bsk-[A-Za-z]{2}-[\w.-]*/gi, "sk-…"],
  [/\b(bearer|basic)[ \t]{1,9}[^\s"',;]+/gi, "$1 …"],
  // Proxy credentials, also with an unescaped `@` or quote in the password.
  [/(?<![a-z0-9+.-])([a-z][a-z0-9+.-]{0,30}:\/\/)[^\s/]{1,256}@/gi, "$1…@"],
  // The same without a scheme, which needs a host with a port or a domain to differ from other text with an `@`.
  [
    /(?<![^\s"'`=(,;<])[^\s"'`=(,;<:/@]{1,64}:[^\s/]{1,128}@(?=[\w.-]{1,100}:\d|\[|(?:[\w-]{1,63}\.){1,5}[a-z]{2})/gi,
    "…@",
  ],
  // Codes and keys in query strings.
  [
    /([?&](?:code|key|api_key|apikey|token|access_token|refresh_token|client_secret|sig|code_verifier)=)[^&\s"']+/gi,
    "$1…",
  ],
  ...[...keyPatterns, ...accountIdPatterns].map((pattern): [RegExp, string] => [pattern, "$1…"]),
];

/** Replaces API keys, ids of accounts, `Authorization` credentials, and passwords and codes in URLs. */
export function redact(text: string): string {
  return secrets.reduce((redacted, [pattern, replacement]) => redacted.replace(pattern, replacement), text);
}

/** Wraps a log so that every message is redacted. This is the last line of defense: callers must not log keys in the first place. */
export function redactingLog(log: Log): Log {
  return {
    trace: (message) => log.trace(redact(message)),
    debug: (message) => log.debug(redact(message)),
    info: (message) => log.info(redact(message)),
    warn: (message) => log.warn(redact(message)),
    error: (message) => log.error(redact(message)),
  };
}
