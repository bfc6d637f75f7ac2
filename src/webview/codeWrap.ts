import { signal } from "@preact/signals";
import { savedState } from "./host";

/** Whether long lines of code are wrapped on this page. Saved with its state. */
export const wrapsCode = signal(savedState()?.wrapsCode === true);

/** Wraps long lines in all code blocks, or no longer. Answers are not rendered by Preact, so their buttons are updated here. */
export function toggleCodeWrap(): void {
  wrapsCode.value = !wrapsCode.value;
  for (const button of document.querySelectorAll("button.wrap-toggle")) button.ariaPressed = String(wrapsCode.value);
}
