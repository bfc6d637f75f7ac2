/**
 * A fenced code block that has not been closed yet, read line by line: what has been read is never looked at again.
 * Follows `marked`'s own rule for fences, so that it ends where reading the whole text at once would end it.
 */
export class OpenFence {
  readonly #closing: RegExp;
  readonly #mayClose: RegExp;
  readonly #indent: number;
  #begun = false;
  /** The last line read has no line break yet. */
  #midLine = false;

  /** `opening` is the line with the fence, with its indentation. */
  constructor(opening: string) {
    const [, indent = "", fence = "```"] = fencePattern.exec(opening) ?? [];
    const sign = fence.charAt(0);
    this.#closing = new RegExp(`^ {0,3}${fence}${sign}* *$`);
    this.#mayClose = new RegExp(`^ {0,3}${sign}* *$`);
    // Lines lose the indentation of a fence of backticks only: what `marked` does.
    this.#indent = sign === "`" ? indent.length : 0;
  }

  /**
   * Takes the code from the front of `text`, except a beginning of a line that may still turn out to be the closing fence.
   * Nothing is kept back when `final`. Line breaks come with the line after them, so that the code never ends in one.
   */
  read(text: string, final: boolean): { code: string; rest: string; closed: boolean } {
    const code: string[] = [];
    let at = 0;
    for (;;) {
      const end = text.indexOf("\n", at);
      const line = end < 0 ? text.slice(at) : text.slice(at, end);
      if (end < 0 && (line === "" || (!final && this.#undecided(line)))) break;
      if (!this.#midLine && this.#closing.test(line)) {
        return { code: code.join(""), rest: end < 0 ? "" : text.slice(end), closed: true };
      }
      code.push(this.#take(line));
      this.#midLine = end < 0;
      at = end < 0 ? text.length : end + 1;
      if (end < 0) break;
    }
    return { code: code.join(""), rest: text.slice(at), closed: false };
  }

  #undecided(line: string): boolean {
    return !this.#midLine && (this.#mayClose.test(line) || (this.#indent > 0 && line.trim() === ""));
  }

  #take(line: string): string {
    if (this.#midLine) return line;
    const lineBreak = this.#begun ? "\n" : "";
    this.#begun = true;
    const spaces = line.length - line.trimStart().length;
    return lineBreak + line.slice(Math.min(spaces, this.#indent));
  }
}

/** Whether a code block's source has its closing fence; undefined when it has no fence at all. */
export function isClosedFence(raw: string): boolean | undefined {
  const fence = fencePattern.exec(raw)?.[2];
  if (fence === undefined) return undefined;
  const source = raw.replace(/\n+$/, "");
  const last = source.lastIndexOf("\n");
  return last >= 0 && new RegExp(`^ {0,3}${fence}${fence.charAt(0)}* *$`).test(source.slice(last + 1));
}

const fencePattern = /^( {0,3})(`{3,}|~{3,})/;
