/** The time of day in the user's locale. `time` is in epoch milliseconds. */
export function formatTime(time: number, seconds = false): string {
  return new Date(time).toLocaleTimeString(undefined, {
    hour: "2-digit",
    minute: "2-digit",
    ...(seconds && { second: "2-digit" }),
  });
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
