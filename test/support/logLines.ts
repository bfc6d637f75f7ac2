import type { Log } from "../../src/router/index";

/** A log that records each entry as a line, starting with its level. */
export function logLines(): Log & { readonly lines: readonly string[] } {
  const lines: string[] = [];
  const add = (level: string) => (message: string) => void lines.push(`${level} ${message}`);
  return {
    lines,
    trace: add("trace"),
    debug: add("debug"),
    info: add("info"),
    warn: add("warn"),
    error: add("error"),
  };
}
