import { escapeIcons } from "./iconText";
import { visibleText } from "./visibleText";

declare const isPromptText: unique symbol;

/** Text below an input box. Only `promptText` creates it. */
export type PromptText = string & { readonly [isPromptText]: true };

/**
 * Prevents VS Code from turning text in a notification into a link (`base/common/linkedText.ts`): `[text](command:…)` would run the command, and
 * our messages quote names of files and models and texts from services, which could contain one. Such a text is shown with a space: `[text] (…)`.
 */
export function escapeMessage(sentence: string): string {
  return visibleText(sentence.replace(/[\r\n]+/g, " ")).replaceAll("](", "] (");
}

/** Escapes the prompt or the validation message of an input box, where VS Code renders links and icons. */
export function promptText(sentence: string): PromptText {
  return escapeIcons(escapeMessage(sentence)) as PromptText;
}
