import { signal } from "@preact/signals";

const message = signal("");

/** Says something to screen readers when they come to it. */
export function announce(text: string): void {
  // The same words twice would not be read twice.
  message.value = message.value === text ? `${text}\u00a0` : text;
}

/** Where announcements are read from; seen by nobody. */
export function Announcer() {
  return (
    <div class="visually-hidden" role="status" aria-live="polite">
      {message}
    </div>
  );
}
