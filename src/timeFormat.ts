import { t } from "@vscode/l10n";

/** The time of day in the user's locale. `time` is in epoch milliseconds. */
export function formatTime(time: number, seconds = false): string {
  return new Date(time).toLocaleTimeString(undefined, {
    hour: "2-digit",
    minute: "2-digit",
    ...(seconds && { second: "2-digit" }),
  });
}

/** A time ahead, such as a reset, with how far off it is: "12:00 AM (in 5 hours)". One that is over has its date. Epoch milliseconds. */
export function formatTimeAhead(time: number, now = Date.now()): string {
  if (time <= now) return formatDateTime(time);
  if (time - now < 60_000) return t("{0} (in less than a minute)", formatTime(time));
  const minutes = Math.ceil((time - now) / 60_000);
  if (minutes < 60) return t("{0} (in {1} min)", formatTime(time), minutes);
  const hours = Math.round(minutes / 60);
  return hours === 1 ? t("{0} (in 1 hour)", formatTime(time)) : t("{0} (in {1} hours)", formatTime(time), hours);
}

let dateTimeFormat: Intl.DateTimeFormat | undefined;

/** Date and time in the user's locale. A list formats thousands of times, and creating a formatter is expensive, so one is reused. */
export function formatDateTime(time: number): string {
  dateTimeFormat ??= new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
  return dateTimeFormat.format(time);
}

/** The UTC day, `YYYY-MM-DD`: limits of the day reset at midnight UTC. */
export function utcDate(time: number): string {
  return new Date(time).toISOString().slice(0, 10);
}
