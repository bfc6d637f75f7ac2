/** True for a key that an input method uses to compose a character: it must neither send nor close anything. */
export function isComposing(event: KeyboardEvent): boolean {
  // In Safari the composition is over by the time of the Enter that ended it; only the old key code still tells.
  const { keyCode }: { readonly keyCode: number } = event;
  return event.isComposing || keyCode === 229;
}
