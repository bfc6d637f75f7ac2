import { t } from "@vscode/l10n";

/** 850 → "0.9 s", 12 345 → "12 s", 83 000 → "1 min 23 s". */
export function duration(ms: number): string {
  const seconds = ms / 1000;
  if (seconds < 9.95) return t("{0} s", seconds.toFixed(1));
  if (seconds < 59.5) return t("{0} s", Math.round(seconds));
  const whole = Math.round(seconds);
  return t("{0} min {1} s", Math.floor(whole / 60), whole % 60);
}

/** 12345 → "12,345" in the user's manner. */
export function count(value: number): string {
  return value.toLocaleString();
}
