import type { Mention } from "./attachment";

/** The codicon of each attachment kind, for the chat page and for quick picks. */
export const attachmentIcons: Readonly<Record<Mention["kind"], string>> = {
  selection: "list-selection",
  file: "file",
  folder: "folder",
  problem: "warning",
  terminal: "terminal",
  diff: "diff",
  instructions: "book",
  image: "file-media",
  project: "search",
  symbol: "symbol-method",
};
