import type { Log } from "./router/index";

const secrets: readonly [RegExp, string][] = [
  // OpenRouter keys, complete or truncated, including the service's own abbreviations ("sk-or-v1-au7...890").
  [/\bsk-[A-Za-z]{2}-[\w.-]*/gi, "sk-…"],
  [/\b(bearer|basic)\s+[^\s"',;]+/gi, "$1 …"],
  // Proxy credentials, then codes and keys in query strings.
  [/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@"']+@/gi, "$1…@"],
  [/([?&](?:code|key|token|code_verifier)=)[^&\s"']+/gi, "$1…"],
];

/** Replaces API keys, `Authorization` credentials, and passwords and codes in URLs. */
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
