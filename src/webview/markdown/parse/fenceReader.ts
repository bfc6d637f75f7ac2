/**
 * Reads a fenced code block that is not closed yet, line by line and each line once. Follows the fence rule of `marked`, so
 * that the block ends where parsing the whole text at once would end it.
 */
export class FenceReader {
  readonly #fence: string;
  readonly #indent: number;
  #hasCode = false;
  /** The last line read has no line break yet. */
  #midLine = false;

  /** `opening` is the line of the opening fence, with its indentation. */
  constructor(opening: string) {
    const [, indent = "", fence = "```"] = fencePattern.exec(opening) ?? [];
    this.#fence = fence;
    // As in `marked`, only a fence of backticks removes its indentation from the lines.
    this.#indent = fence.startsWith("`") ? indent.length : 0;
  }

  /**
   * Splits `text` into code and the rest to read later. Unless `ended`, the rest includes an incomplete line that may still become
   * the closing fence. Each line break is returned together with the next line, so the code never ends with one.
   */
  read(text: string, ended: boolean): { code: string; rest: string; closed: boolean } {
    const code: string[] = [];
    let offset = 0;
    for (;;) {
      const end = text.indexOf("\n", offset);
      const line = end < 0 ? text.slice(offset) : text.slice(offset, end);
      if (end < 0 && (line === "" || (!ended && this.#isAmbiguous(line)))) break;
      if (!this.#midLine && isClosingFence(line, this.#fence)) {
        return { code: code.join(""), rest: end < 0 ? "" : text.slice(end), closed: true };
      }
      code.push(this.#codeOf(line));
      this.#midLine = end < 0;
      offset = end < 0 ? text.length : end + 1;
      if (end < 0) break;
    }
    return { code: code.join(""), rest: text.slice(offset), closed: false };
  }

  /** Whether an incomplete line may become the closing fence or indentation to remove. */
  #isAmbiguous(line: string): boolean {
    if (this.#midLine) return false;
    const isIndentation = /^ *$/.test(line) || (this.#indent > 0 && line.trim() === "");
    return isIndentation || isClosingFence(line, this.#fence.charAt(0));
  }

  #codeOf(line: string): string {
    if (this.#midLine) return line;
    const lineBreak = this.#hasCode ? "\n" : "";
    this.#hasCode = true;
    const spaces = line.length - line.trimStart().length;
    return lineBreak + line.slice(Math.min(spaces, this.#indent));
  }
}

/** Whether the source of a code block ends with its closing fence; undefined if it has no opening fence. */
export function isClosedFence(raw: string): boolean | undefined {
  const fence = fencePattern.exec(raw)?.[2];
  if (fence === undefined) return undefined;
  const source = raw.replace(/\n+$/, "");
  const last = source.lastIndexOf("\n");
  return last >= 0 && isClosingFence(source.slice(last + 1), fence);
}

/** Whether the line has at least the markers of the opening fence and nothing else. A fence can be as long as the answer. */
function isClosingFence(line: string, fence: string): boolean {
  const markers = /^ {0,3}(`+|~+) *$/.exec(line)?.[1] ?? "";
  return markers.startsWith(fence);
}

const fencePattern = /^( {0,3})(`{3,}|~{3,})/;
