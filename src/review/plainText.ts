const codeSpan = /(?<!`)(?:`(?!`)[^`\n]{1,200}`|``(?!`)(?:[^`\n]|`(?!`)){1,200}``)(?!`)/g;
const bold = /(?<![\w*])\*\*(?=[^\s*])([^*\n]{1,200})(?<=\S)\*\*(?![\w*])/g;
const italic = /(?<![\w*])\*(?=[^\s*])([^*\n]{1,200})(?<=\S)\*(?![\w*])/g;
const heading = /^ {0,3}#{1,6} +/gm;

/**
 * Text with the Markdown that models like to write, for places that show plain text: without backticks, emphasis and headings. What only
 * looks like Markdown stays, such as `a * b * c` and `__init__`.
 */
export function plainText(markdown: string): string {
  return markdown
    .replace(bold, "$1")
    .replace(italic, "$1")
    .replace(heading, "")
    .replace(codeSpan, (code) => code.replace(/^`+ ?| ?`+$/g, ""));
}
