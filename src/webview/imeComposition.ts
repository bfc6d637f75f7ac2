/** True for a key press that is part of an IME composition, which must not send or close anything. */
export function isComposing(event: KeyboardEvent): boolean {
  // Safari ends the composition before the Enter that confirms it; only the legacy key code shows it.
  const { keyCode }: { readonly keyCode: number } = event;
  return event.isComposing || keyCode === 229;
}
