/** A part of an answer: reasoning or text. */
export interface ContentDelta {
  type: "reasoning-delta" | "text-delta";
  text: string;
}

const openingTag = /^<(think|thinking|thought|reasoning)>/i;
const maxOpeningLength = "<reasoning>".length;

/**
 * Separates reasoning in tags from the answer, in a stream that may be split anywhere. Some models write
 * `<think>…</think>` into the content. Only at the very start of an answer is that reasoning; later it is text about tags.
 * A closing tag inside a code fence belongs to the reasoning, unless the fence turns out to be left open. Reasoning without
 * a closing tag is returned as text at the end, so that no answer is lost.
 */
export class ThinkTagSplitter {
  #state: "start" | "reasoning" | "after" | "text" = "start";
  /** White space before the first text. */
  #leading = "";
  /** Text that is not returned yet, because it could become a tag or the start of a fence. */
  #pending = "";
  #closingTag = "";
  #closingPattern = /^/;
  #reasoning = "";
  /** Everything from the first closing tag inside a fence on, until it is known whether that tag is code. */
  #held: string | undefined;
  #fence = "";
  #atLineStart = true;

  /** Whether all further input is text, so that it need not be pushed. */
  get isDone(): boolean {
    return this.#state === "text";
  }

  /** Returns the deltas that are certain after this input. */
  push(input: string): ContentDelta[] {
    if (this.#state === "text") return input ? [{ type: "text-delta", text: input }] : [];
    this.#pending += input;
    const deltas: ContentDelta[] = [];
    if (this.#state === "start") this.#readStart(deltas);
    if (this.#state === "reasoning") this.#readReasoning(deltas);
    if (this.#state === "after") this.#readAfter(deltas);
    return deltas;
  }

  /** Returns the pending text at the end of the answer. */
  end(): ContentDelta[] {
    const text = this.#remainingText();
    this.#state = "text";
    return text ? [{ type: "text-delta", text }] : [];
  }

  #remainingText(): string {
    if (this.#state !== "reasoning") return this.#state === "start" ? this.#leading + this.#pending : "";
    if (this.#held === undefined) return this.#reasoning + this.#pending;
    if (this.#atLineStart) this.#readFence(fenceAtStart(`${this.#pending}\n`) ?? "");
    const rest = this.#held + this.#pending;
    // The fences of the answer come in pairs, so a fence that is open at the end was left open in the reasoning.
    return this.#fence ? rest.slice(this.#closingTag.length).trimStart() : this.#reasoning + rest;
  }

  #readStart(deltas: ContentDelta[]): void {
    const start = this.#pending.trimStart();
    this.#leading += this.#pending.slice(0, this.#pending.length - start.length);
    this.#pending = start;
    const tag = openingTag.exec(start);
    if (tag) {
      this.#closingTag = `</${tag[1] ?? ""}>`.toLowerCase();
      this.#closingPattern = new RegExp(this.#closingTag, "i");
      this.#pending = start.slice(tag[0].length);
      this.#state = "reasoning";
    } else if (start !== "" && !couldBecomeTag(start)) {
      this.#startText(deltas, this.#leading + start);
    }
  }

  /** Takes reasoning line by line, up to the closing tag or to text that could become a tag or a fence. */
  #readReasoning(deltas: ContentDelta[]): void {
    let end = 0;
    while (end < this.#pending.length) {
      const newline = this.#pending.indexOf("\n", end);
      const line = newline < 0 ? this.#pending.slice(end) : this.#pending.slice(end, newline + 1);
      if (this.#atLineStart) {
        const fence = fenceAtStart(line);
        if (fence === undefined) break;
        this.#readFence(fence);
        this.#atLineStart = false;
      }
      const close = this.#fence && this.#held !== undefined ? -1 : line.search(this.#closingPattern);
      if (close >= 0) {
        this.#takeReasoning(deltas, end + close);
        if (!this.#fence) {
          this.#endReasoning(deltas);
          return;
        }
        this.#held = "";
        end = 0;
        continue;
      }
      if (newline < 0) {
        end = this.#pending.length - partialTagLength(line, this.#closingTag);
        break;
      }
      end = newline + 1;
      this.#atLineStart = true;
    }
    this.#takeReasoning(deltas, end);
  }

  #readFence(fence: string): void {
    if (!this.#fence) this.#fence = fence;
    else if (fence.startsWith(this.#fence)) this.#fence = "";
  }

  /** Moves the first `length` characters of the pending text to the reasoning. */
  #takeReasoning(deltas: ContentDelta[], length: number): void {
    const text = this.#pending.slice(0, length);
    this.#pending = this.#pending.slice(length);
    if (this.#held !== undefined) this.#held += text;
    else if (text) {
      this.#reasoning += text;
      deltas.push({ type: "reasoning-delta", text });
    }
  }

  /** The closing tag is next. It shows that an earlier one inside a fence was code. */
  #endReasoning(deltas: ContentDelta[]): void {
    if (this.#held) deltas.push({ type: "reasoning-delta", text: this.#held });
    this.#pending = this.#pending.slice(this.#closingTag.length);
    this.#state = "after";
  }

  /** Drops the white space between reasoning and answer. */
  #readAfter(deltas: ContentDelta[]): void {
    this.#pending = this.#pending.trimStart();
    if (this.#pending !== "") this.#startText(deltas, this.#pending);
  }

  #startText(deltas: ContentDelta[], text: string): void {
    this.#state = "text";
    deltas.push({ type: "text-delta", text });
  }
}

function couldBecomeTag(start: string): boolean {
  return start.startsWith("<") && start.length < maxOpeningLength && !start.includes(">");
}

/** The code fence at the start of a line: "" if there is none, `undefined` while the line is too short to decide. */
function fenceAtStart(line: string): string | undefined {
  const isComplete = line.endsWith("\n");
  const fence = /^ {0,3}(`{3,}|~{3,})/.exec(line);
  if (fence) return !isComplete && fence[0] === line ? undefined : (fence[1] ?? "");
  return !isComplete && /^ {0,3}(`{0,2}|~{0,2})$/.test(line) ? undefined : "";
}

/** How many characters at the end of the line could be the start of the tag. */
function partialTagLength(line: string, tag: string): number {
  for (let length = Math.min(line.length, tag.length - 1); length > 0; length--) {
    if (line.slice(-length).toLowerCase() === tag.slice(0, length)) return length;
  }
  return 0;
}
