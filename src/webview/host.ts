import type { FromWebview } from "../chat/page/protocol";

/** What the page keeps by itself, so that it is there at once when the view comes back. */
export interface SavedPageState {
  conversation: string;
  text: string;
  revision: number;
  scroll: ScrollPlace;
}

/** Where the reader was: at the end, or so many pixels below the top of a turn. */
export type ScrollPlace = "end" | { turn: string; offset: number };

interface VsCodeApi {
  postMessage(message: FromWebview): void;
  getState(): unknown;
  setState(state: SavedPageState): void;
}

declare function acquireVsCodeApi(): VsCodeApi;

const api = acquireVsCodeApi();

/** Says something to the extension. */
export function post(message: FromWebview): void {
  api.postMessage(message);
}

export function savedState(): SavedPageState | undefined {
  const state = api.getState();
  return isPageState(state) ? state : undefined;
}

let pending: SavedPageState | undefined;

/** Keeps the state, once per frame however often it is called. */
export function saveState(state: SavedPageState): void {
  if (!pending) {
    requestAnimationFrame(() => {
      if (pending) api.setState(pending);
      pending = undefined;
    });
  }
  pending = state;
}

/** It was this page that wrote it, but perhaps an older version of it. */
function isPageState(state: unknown): state is SavedPageState {
  return (
    typeof state === "object" && state !== null && "conversation" in state && "revision" in state && "scroll" in state
  );
}
