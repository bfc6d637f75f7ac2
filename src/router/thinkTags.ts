/** A piece of an answer, told apart: what the model thinks, and what it says. */
export interface ContentDelta {
  type: "reasoning-delta" | "text-delta";
  text: string;
}

const opening = /^<(think|thinking|thought|reasoning)>/i;
const longestOpening = "<reasoning>".length;

/**
 * Tells thoughts in tags from the answer, in a stream cut anywhere. Some models write `<think>…</think>` into the content;
 * only at the very start of an answer is that a thought, later it is text about tags. A closing tag inside a code fence
 * is part of the thought. A thought that never ends is shown as text at the end, lest the answer be lost.
 */
export class ThinkTagSplitter {
  private state: "start" | "thinking" | "after" | "text" = "start";
  /** What is not handed on yet, since it could become a tag or the start of a fence. */
  private held = "";
  private closing = "";
  private thought = "";
  private fence = "";
  private atLineStart = true;

  /** The pieces that are certain after this delta. */
  push(delta: string): ContentDelta[] {
    if (this.state === "text") return delta ? [{ type: "text-delta", text: delta }] : [];
    this.held += delta;
    const pieces: ContentDelta[] = [];
    if (this.state === "start") this.begin(pieces);
    if (this.state === "thinking") this.think(pieces);
    if (this.state === "after") this.goOn(pieces);
    return pieces;
  }

  /** What was held back, when the answer ends. */
  end(): ContentDelta[] {
    const text = this.state === "thinking" ? this.thought + this.held : this.state === "after" ? "" : this.held;
    this.state = "text";
    this.held = "";
    return text ? [{ type: "text-delta", text }] : [];
  }

  private begin(pieces: ContentDelta[]): void {
    const begin = this.held.trimStart();
    const tag = opening.exec(begin);
    if (tag) {
      this.closing = `</${tag[1] ?? ""}>`.toLowerCase();
      this.held = begin.slice(tag[0].length);
      this.state = "thinking";
    } else if (begin !== "" && !couldOpen(begin)) {
      this.state = "text";
      this.hand(pieces, "text-delta", this.held.length);
    }
  }

  /** Hands on the thought line by line, as far as it holds neither the closing tag nor an undecided fence. */
  private think(pieces: ContentDelta[]): void {
    let sure = 0;
    while (sure < this.held.length) {
      const newline = this.held.indexOf("\n", sure);
      const line = newline < 0 ? this.held.slice(sure) : this.held.slice(sure, newline + 1);
      if (this.atLineStart) {
        const fence = fenceOpening(line);
        if (fence === undefined) break;
        if (!this.fence) this.fence = fence;
        else if (fence.startsWith(this.fence)) this.fence = "";
        this.atLineStart = false;
      }
      const close = this.fence ? -1 : line.search(new RegExp(this.closing, "i"));
      if (close >= 0) {
        this.hand(pieces, "reasoning-delta", sure + close);
        this.held = this.held.slice(this.closing.length);
        this.state = "after";
        return;
      }
      if (newline < 0) {
        sure = this.held.length - (this.fence ? 0 : partialEnd(line, this.closing));
        break;
      }
      sure = newline + 1;
      this.atLineStart = true;
    }
    this.hand(pieces, "reasoning-delta", sure);
  }

  /** The white space between thought and answer belongs to neither. */
  private goOn(pieces: ContentDelta[]): void {
    this.held = this.held.trimStart();
    if (this.held === "") return;
    this.state = "text";
    this.hand(pieces, "text-delta", this.held.length);
  }

  private hand(pieces: ContentDelta[], type: ContentDelta["type"], length: number): void {
    const text = this.held.slice(0, length);
    this.held = this.held.slice(length);
    if (type === "reasoning-delta") this.thought += text;
    if (text) pieces.push({ type, text });
  }
}

function couldOpen(begin: string): boolean {
  return begin.startsWith("<") && begin.length < longestOpening && !begin.includes(">");
}

/** The fence that a line opens with, "" where none does, `undefined` while the line is too short to tell. */
function fenceOpening(line: string): string | undefined {
  const whole = line.endsWith("\n");
  const fence = /^ {0,3}(`{3,}|~{3,})/.exec(line);
  if (fence) return !whole && fence[0] === line ? undefined : (fence[1] ?? "");
  return !whole && /^ {0,3}(`{0,2}|~{0,2})$/.test(line) ? undefined : "";
}

/** How many characters at the end of the line could be the start of the tag. */
function partialEnd(line: string, tag: string): number {
  for (let length = Math.min(line.length, tag.length - 1); length > 0; length--) {
    if (line.slice(-length).toLowerCase() === tag.slice(0, length)) return length;
  }
  return 0;
}
