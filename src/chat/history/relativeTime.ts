import { t } from "@vscode/l10n";
import { formatDateTime } from "../../timeFormat";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

/** How long ago a time is, such as "5 minutes ago"; the date of one that is more than a week ago, or lies ahead. In epoch milliseconds. */
export function relativeTime(time: number, now: number): string {
  const age = now - time;
  if (age < -minuteMs || age >= 7 * dayMs) return formatDateTime(time);
  if (age < minuteMs) return t("just now");
  if (age < 2 * minuteMs) return t("1 minute ago");
  if (age < hourMs) return t("{0} minutes ago", Math.floor(age / minuteMs));
  if (age < 2 * hourMs) return t("1 hour ago");
  if (age < dayMs) return t("{0} hours ago", Math.floor(age / hourMs));
  if (age < 2 * dayMs) return t("1 day ago");
  return t("{0} days ago", Math.floor(age / dayMs));
}
