/**
 * An attachment of a question: plain data, independent of VS Code and the DOM, so that the chat page, the chat storage and the editor
 * commands share it. The composer shows each attachment as a chip; only attachments are sent along with the question.
 */
export type Attachment = TextAttachment | ImageAttachment;

/** The source of a text; each kind has its own icon. */
export const textKinds = ["selection", "file", "folder", "problem", "terminal", "diff", "instructions"] as const;
export type TextKind = (typeof textKinds)[number];

export interface TextAttachment {
  id: string;
  kind: TextKind;
  /** Shown on the chip: `router.ts:12-40`, `Untitled-1`, `notebook.ipynb › cell 3`. */
  label: string;
  text: string;
  /** VS Code's language id, for syntax highlighting and the code fence in the prompt; absent for prose. */
  languageId?: string;
  uri?: string;
  /** Zero-based, with an exclusive end, like `vscode.Range`. */
  range?: { startLine: number; startCharacter: number; endLine: number; endCharacter: number };
  /** Code around the selection, in the format of `surroundingText`; sent as context. */
  surroundings?: string;
  /** What was omitted to fit the budget, as a label: "the last 1,200 of 3,000 lines". */
  cut?: string;
  /** Why it was found for a question about the project: "defines Basket". Only of what `@project` found. */
  reason?: string;
}

export interface ImageAttachment {
  id: string;
  kind: "image";
  label: string;
  mediaType: "image/png" | "image/jpeg" | "image/webp" | "image/gif";
  /** Base64 without the `data:` prefix. Holds the original file until the chat page has re-encoded the image. */
  data: string;
  width?: number;
  height?: number;
}

/** An item of the `@` list: something that can be attached. */
export interface Mention {
  /** Passed to `attachMention`; opaque to all other code. */
  id: string;
  kind: TextKind | "image" | "symbol" | "project";
  /** `basket.ts`, `Staged Changes`. */
  label: string;
  /** The folder or file that contains it. */
  description: string;
}
