/** Opens VS Code's context menu at the button; VS Code listens for the event that a right click would send. */
export function openContextMenu({ currentTarget }: { currentTarget: HTMLElement }): void {
  const { left, bottom } = currentTarget.getBoundingClientRect();
  currentTarget.dispatchEvent(new MouseEvent("contextmenu", { bubbles: true, clientX: left, clientY: bottom }));
}
