/** The time of day in the manner of the user's machine; `time` in epoch milliseconds. */
export function clock(time: number, seconds = false): string {
  return new Date(time).toLocaleTimeString(undefined, {
    hour: "2-digit",
    minute: "2-digit",
    ...(seconds && { second: "2-digit" }),
  });
}
