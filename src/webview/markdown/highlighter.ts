import hljs from "highlight.js/lib/core";
import type { Emitter } from "highlight.js";
import { embedded, importGrammar, type CodeLanguage, type Grammar } from "./languages";

/** A stretch of code and what it is: `["keyword"]`, or nested, outermost first: `["string", "subst"]`. */
export interface Stretch {
  text: string;
  scopes: readonly string[];
}

export interface Highlighted {
  stretches: Stretch[];
  /** The code ends outside of every comment, string and block: what follows can be highlighted without it. */
  complete: boolean;
}

export type Highlight = (code: string) => Highlighted;

/**
 * Gets ready to highlight a language, at once when its grammar is here already. The promise gives undefined, and the code
 * stays as it is, when the grammar cannot be loaded.
 */
export function highlighterFor({ grammar }: CodeLanguage): Highlight | Promise<Highlight | undefined> {
  const highlight: Highlight = (code) => highlightWith(grammar, code);
  if (ready.has(grammar)) return highlight;
  return load(grammar).then(
    () => highlight,
    () => undefined,
  );
}

const ready = new Set<Grammar>();

async function load(grammar: Grammar): Promise<void> {
  await Promise.all([grammar, ...(embedded[grammar] ?? [])].map(register));
  ready.add(grammar);
}

async function register(grammar: Grammar): Promise<void> {
  if (hljs.getLanguage(grammar)) return;
  hljs.registerLanguage(grammar, await importGrammar(grammar));
}

function highlightWith(language: string, code: string): Highlighted {
  const { _emitter: emitter, _top: top } = hljs.highlight(code, { language, ignoreIllegals: true });
  const stretches = emitter instanceof Recorder ? emitter.stretches : [];
  // A grammar that fails half-way is caught by highlight.js, and what it had not come to is missing.
  const whole = stretches.reduce((length, { text }) => length + text.length, 0) === code.length;
  return { stretches: whole ? stretches : [{ text: code, scopes: [] }], complete: !top || !("parent" in top) };
}

/** The stretches of parts that follow one another, of the lengths given. */
export function splitAt(lengths: number[], stretches: readonly Stretch[]): Stretch[][] {
  const rest = stretches.toReversed();
  return lengths.map((length) => {
    const part: Stretch[] = [];
    for (let left = length; left > 0;) {
      const next = rest.pop();
      if (!next) break;
      const { text, scopes } = next;
      part.push({ text: text.slice(0, left), scopes });
      if (text.length > left) rest.push({ text: text.slice(left), scopes });
      left -= text.length;
    }
    return part;
  });
}

/** Takes down what highlight.js finds, in place of the HTML it would write: the seam that other renderers use too. */
class Recorder implements Emitter {
  readonly stretches: Stretch[] = [];
  #scopes: readonly string[] = [];

  addText(text: string): void {
    if (text !== "") this.stretches.push({ text, scopes: this.#scopes });
  }

  openNode(scope: string): void {
    this.#scopes = [...this.#scopes, scope];
  }

  closeNode(): void {
    this.#scopes = this.#scopes.slice(0, -1);
  }

  startScope(scope: string): void {
    this.openNode(scope);
  }

  endScope(): void {
    this.closeNode();
  }

  __addSublanguage(emitter: Emitter): void {
    if (!(emitter instanceof Recorder)) return;
    for (const { text, scopes } of emitter.stretches)
      this.stretches.push({ text, scopes: [...this.#scopes, ...scopes] });
  }

  finalize(): void {
    // Nothing is left open in a list.
  }

  toHTML(): string {
    return "";
  }
}

hljs.configure({ __emitter: Recorder });
