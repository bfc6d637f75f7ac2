import type { Log } from "./router/index";

const secrets: readonly [RegExp, string][] = [
  // OpenRouter keys, whole or cut off, also where the service itself shortened them ("sk-or-v1-au7...890").
  [/\bsk-[A-Za-z]{2}-[\w.-]*/gi, "sk-…"],
  [/\b(bearer|basic)\s+[^\s"',;]+/gi, "$1 …"],
  // A proxy's password, and codes and keys in query strings.
  [/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@"']+@/gi, "$1…@"],
  [/([?&](?:code|key|token|code_verifier)=)[^&\s"']+/gi, "$1…"],
];

/** The text without API keys, `Authorization` credentials and passwords in URLs. */
export function redact(text: string): string {
  return secrets.reduce((clean, [pattern, replacement]) => clean.replace(pattern, replacement), text);
}

/** A log that passes everything on redacted: the last line of defence, since nobody should log a key to begin with. */
export function redactingLog(log: Log): Log {
  return {
    trace: (message) => log.trace(redact(message)),
    debug: (message) => log.debug(redact(message)),
    info: (message) => log.info(redact(message)),
    warn: (message) => log.warn(redact(message)),
    error: (message) => log.error(redact(message)),
  };
}
