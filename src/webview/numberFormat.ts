import { t } from "@vscode/l10n";

/** 850 → "0.9 s", 12 345 → "12 s", 83 000 → "1 min 23 s". */
export function duration(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 9.95) return t("{0} s", tenths(seconds));
  if (seconds < 59.5) return t("{0} s", Math.round(seconds));
  return elapsed(Math.round(seconds));
}

/** A clock that runs: whole seconds only. */
export function elapsed(seconds: number): string {
  return seconds < 60 ? t("{0} s", seconds) : t("{0} min {1} s", Math.floor(seconds / 60), seconds % 60);
}

/** 0.85 → "0.9", or "0,9". */
function tenths(value: number): string {
  return value.toLocaleString(undefined, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
}

/** 12345 → "12,345" in the user's manner. */
export function count(value: number): string {
  return value.toLocaleString();
}
