import { t } from "@vscode/l10n";

/** 850 → "0.9 s", 12 345 → "12 s", 83 000 → "1 min 23 s". */
export function formatDuration(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 9.95) return t("{0} s", oneDecimal(seconds));
  if (seconds < 59.5) return t("{0} s", Math.round(seconds));
  return formatElapsed(Math.round(seconds));
}

/** A running time in whole seconds: "12 s", "1 min 23 s". */
export function formatElapsed(seconds: number): string {
  return seconds < 60 ? t("{0} s", seconds) : t("{0} min {1} s", Math.floor(seconds / 60), seconds % 60);
}

/** One decimal in the user's locale: 0.85 → "0.9" or "0,9". */
function oneDecimal(value: number): string {
  return value.toLocaleString(undefined, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
}

/** With digit grouping in the user's locale: 12345 → "12,345". */
export function formatNumber(value: number): string {
  return value.toLocaleString();
}
