/**
 * What a question carries besides its words, as plain data: one attachment is one chip in the composer, and what is not
 * an attachment is not sent. Knows neither VS Code nor the DOM, so that the chat's page, its store and the editor share it.
 */
export type Attachment = TextAttachment | ImageAttachment;

/** Where a text comes from: one kind, one icon. */
export type TextKind = "selection" | "file" | "folder" | "problem" | "terminal" | "diff" | "instructions";

export interface TextAttachment {
  id: string;
  kind: TextKind;
  /** As on the chip: `router.ts:12-40`, `Untitled-1`, `notebook.ipynb › cell 3`. */
  label: string;
  text: string;
  /** VS Code's language id, for the fence in the prompt and highlighting; absent for prose. */
  languageId?: string;
  uri?: string;
  /** Zero-based, end exclusive on characters: what `vscode.Range` says. */
  range?: { startLine: number; startCharacter: number; endLine: number; endCharacter: number };
  /** What stands around a selection in its file, as `surroundingLines.ts` makes it: sent with it, for orientation. */
  surroundings?: string;
  /** What was left out to fit, in words ("the last 1,200 of 3,000 lines"). */
  cut?: string;
}

export interface ImageAttachment {
  id: string;
  kind: "image";
  label: string;
  mediaType: "image/png" | "image/jpeg" | "image/webp" | "image/gif";
  /** Base64, without the `data:` prefix; of a picture that comes from a file all its bytes, until the chat's page has drawn it anew. */
  data: string;
  width?: number;
  height?: number;
}

/** Something that can be attached, before anybody has: a row of the list behind `@`. */
export interface Mention {
  /** What `attachSource` wants; means nothing to anybody else. */
  id: string;
  kind: TextKind | "image" | "symbol";
  /** `basket.ts`, `Staged Changes`. */
  label: string;
  /** Where it lies: a folder, a file. */
  description: string;
}
