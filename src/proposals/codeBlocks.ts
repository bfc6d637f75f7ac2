/** A fenced block of Markdown. */
export interface CodeBlock {
  /** The first word of the info string in lower case; empty if there is none. */
  readonly language: string;
  readonly text: string;
  /** False if the text ends before the block does. */
  readonly closed: boolean;
}

interface OpenBlock {
  fence: string;
  indent: number;
  language: string;
  lines: string[];
  /** Open blocks nested in this one: an answer about Markdown contains fences as text. */
  inner: number;
}

/**
 * The fenced code blocks of an answer, which may be incomplete. More lenient than CommonMark in two ways that models need: a fence may
 * have any indentation, and a fence with a language inside a block opens a nested block, which the next bare fence closes.
 */
export function codeBlocks(markdown: string): CodeBlock[] {
  const blocks: CodeBlock[] = [];
  let open: OpenBlock | undefined;
  for (const line of markdown.split(/\r\n|\r|\n/)) {
    const [, indent = "", fence = "", info = ""] = /^([ \t]*)(`{3,}|~{3,})[ \t]*(.*)$/.exec(line) ?? [];
    const isFence = fence !== "" && !(fence.startsWith("`") && info.includes("`"));
    if (!open) {
      if (isFence) open = { fence, indent: indent.length, language: languageOf(info), lines: [], inner: 0 };
      continue;
    }
    if (isFence && fence.startsWith(open.fence)) {
      const opens = info.trim() !== "";
      if (!opens && open.inner === 0) {
        blocks.push(blockOf(open, true));
        open = undefined;
        continue;
      }
      open.inner += opens ? 1 : -1;
    }
    open.lines.push(withoutIndent(line, open.indent));
  }
  if (open) blocks.push(blockOf(open, false));
  return blocks;
}

function blockOf({ language, lines }: OpenBlock, closed: boolean): CodeBlock {
  return { language, text: lines.join("\n"), closed };
}

function languageOf(info: string): string {
  return (/^[{.\s]*([\w+#-]+)/.exec(info)?.[1] ?? "").toLowerCase();
}

function withoutIndent(line: string, indent: number): string {
  const lineIndent = /^[ \t]*/.exec(line)?.[0].length ?? 0;
  return line.slice(Math.min(lineIndent, indent));
}
