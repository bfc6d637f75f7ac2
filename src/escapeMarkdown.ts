import { escapeIcons } from "./iconText";
import { visibleText } from "./visibleText";

/**
 * Escapes text for one line of a `MarkdownString` with icons, also inside a table: no link, image, HTML, entity or icon. A backslash before
 * every ASCII punctuation character is valid Markdown, and also stops bare addresses from becoming links, which
 * `MarkdownString.appendText` does not. VS Code looks for icons after it has rendered the Markdown, so their own backslash is escaped too.
 */
export function escapeMarkdown(text: string): string {
  return escapeIcons(visibleText(text)).replace(/[!-/:-@[-`{-~]/g, "\\$&");
}
