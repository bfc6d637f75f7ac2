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
 * A closing tag inside a code fence belongs to the reasoning. Reasoning without a closing tag is returned as text at the
 * end, so that no answer is lost.
 */
export class ThinkTagSplitter {
  #state: "start" | "reasoning" | "after" | "text" = "start";
  /** Text that is not returned yet, because it could become a tag or the start of a fence. */
  #pending = "";
  #closingTag = "";
  #reasoning = "";
  #fence = "";
  #atLineStart = true;

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
    const text =
      this.#state === "reasoning" ? this.#reasoning + this.#pending : this.#state === "after" ? "" : this.#pending;
    this.#state = "text";
    this.#pending = "";
    return text ? [{ type: "text-delta", text }] : [];
  }

  #readStart(deltas: ContentDelta[]): void {
    const start = this.#pending.trimStart();
    const tag = openingTag.exec(start);
    if (tag) {
      this.#closingTag = `</${tag[1] ?? ""}>`.toLowerCase();
      this.#pending = start.slice(tag[0].length);
      this.#state = "reasoning";
    } else if (start !== "" && !couldBecomeTag(start)) {
      this.#state = "text";
      this.#emit(deltas, "text-delta", this.#pending.length);
    }
  }

  /** Emits reasoning line by line, up to the closing tag or to text that could become a tag or a fence. */
  #readReasoning(deltas: ContentDelta[]): void {
    let end = 0;
    while (end < this.#pending.length) {
      const newline = this.#pending.indexOf("\n", end);
      const line = newline < 0 ? this.#pending.slice(end) : this.#pending.slice(end, newline + 1);
      if (this.#atLineStart) {
        const fence = fenceAtStart(line);
        if (fence === undefined) break;
        if (!this.#fence) this.#fence = fence;
        else if (fence.startsWith(this.#fence)) this.#fence = "";
        this.#atLineStart = false;
      }
      const close = this.#fence ? -1 : line.search(new RegExp(this.#closingTag, "i"));
      if (close >= 0) {
        this.#emit(deltas, "reasoning-delta", end + close);
        this.#pending = this.#pending.slice(this.#closingTag.length);
        this.#state = "after";
        return;
      }
      if (newline < 0) {
        end = this.#pending.length - (this.#fence ? 0 : partialTagLength(line, this.#closingTag));
        break;
      }
      end = newline + 1;
      this.#atLineStart = true;
    }
    this.#emit(deltas, "reasoning-delta", end);
  }

  /** Drops the white space between reasoning and answer. */
  #readAfter(deltas: ContentDelta[]): void {
    this.#pending = this.#pending.trimStart();
    if (this.#pending === "") return;
    this.#state = "text";
    this.#emit(deltas, "text-delta", this.#pending.length);
  }

  /** Moves the first `length` characters of the pending text into a delta. */
  #emit(deltas: ContentDelta[], type: ContentDelta["type"], length: number): void {
    const text = this.#pending.slice(0, length);
    this.#pending = this.#pending.slice(length);
    if (type === "reasoning-delta") this.#reasoning += text;
    if (text) deltas.push({ type, text });
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
