/** The time of day in the manner of the user's machine; `time` in epoch milliseconds. */
export function formatTime(time: number, seconds = false): string {
  return new Date(time).toLocaleTimeString(undefined, {
    hour: "2-digit",
    minute: "2-digit",
    ...(seconds && { second: "2-digit" }),
  });
}

let moments: Intl.DateTimeFormat | undefined;

/** Day and time in the same manner. A list has thousands, and making a formatter costs as much as many uses of one. */
export function formatDateTime(time: number): string {
  moments ??= new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
  return moments.format(time);
}
