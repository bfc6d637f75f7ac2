import type { FromWebview } from "../chat/page/protocol";

/** State that the page saves itself, so that it is available as soon as the view is shown again. */
export interface SavedPageState {
  conversation: string;
  text: string;
  revision: number;
  /** The text that was last received from the extension or posted to it. Absent in states of older versions. */
  base?: { text: string; revision: number };
  scroll: ScrollPosition;
  /** Long lines of code are wrapped. */
  wrapsCode?: boolean;
}

/** The end of the chat, or an offset in pixels below the top of a turn. */
export type ScrollPosition = "end" | { turn: string; offset: number };

interface VsCodeApi {
  postMessage(message: FromWebview): void;
  getState(): unknown;
  setState(state: SavedPageState): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

const api = acquireVsCodeApi();

/** Posts a message to the extension. */
export function post(message: FromWebview): void {
  api.postMessage(message);
}

export function savedState(): SavedPageState | undefined {
  const state = api.getState();
  return isPageState(state) ? state : undefined;
}

let unsavedState: SavedPageState | undefined;

/** Saves the state in the next frame, however many calls there are before it. */
export function saveState(state: SavedPageState): void {
  if (!unsavedState) {
    requestAnimationFrame(() => {
      if (unsavedState) api.setState(unsavedState);
      unsavedState = undefined;
    });
  }
  unsavedState = state;
}

/** An older version of the page may have saved the state. */
function isPageState(state: unknown): state is SavedPageState {
  return (
    typeof state === "object" && state !== null && "conversation" in state && "revision" in state && "scroll" in state
  );
}
