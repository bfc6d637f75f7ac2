import { signal } from "@preact/signals";

const message = signal("");

/** Has screen readers read `text` once they are idle. */
export function announce(text: string): void {
  // Screen readers ignore an unchanged live region, so the same text twice needs a difference.
  message.value = message.value === text ? `${text}\u00a0` : text;
}

/** The visually hidden live region for announcements. */
export function Announcer() {
  return (
    <div class="visually-hidden" role="status" aria-live="polite">
      {message}
    </div>
  );
}
