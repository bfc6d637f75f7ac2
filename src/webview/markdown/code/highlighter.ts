import hljs from "highlight.js/lib/core";
import type { Emitter } from "highlight.js";
import { embeddedGrammars, importGrammar, type CodeLanguage, type Grammar } from "./languages";

/** A range of code with its scopes: `["keyword"]`, or nested, outermost first: `["string", "subst"]`. */
export interface CodeToken {
  text: string;
  scopes: readonly string[];
}

export interface HighlightResult {
  /** Together they contain all of the code. */
  tokens: CodeToken[];
  /** The code ends outside of every comment, string and block, so the code after it can be highlighted separately. */
  complete: boolean;
}

export type Highlighter = (code: string) => HighlightResult;

/**
 * Returns the highlighter of a language, synchronously when its grammar is already loaded. The promise never rejects: it
 * resolves to undefined when the grammar cannot be loaded.
 */
export function loadHighlighter({ grammar }: CodeLanguage): Highlighter | Promise<Highlighter | undefined> {
  const highlighter: Highlighter = (code) => highlight(grammar, code);
  if (loaded.has(grammar)) return highlighter;
  return load(grammar).then(
    () => highlighter,
    () => undefined,
  );
}

const loaded = new Set<Grammar>();

async function load(grammar: Grammar): Promise<void> {
  await Promise.all([grammar, ...(embeddedGrammars[grammar] ?? [])].map(register));
  loaded.add(grammar);
}

async function register(grammar: Grammar): Promise<void> {
  if (hljs.getLanguage(grammar)) return;
  hljs.registerLanguage(grammar, await importGrammar(grammar));
}

function highlight(language: string, code: string): HighlightResult {
  const { _emitter: emitter, _top: top } = hljs.highlight(code, { language, ignoreIllegals: true });
  const tokens = emitter instanceof TokenCollector ? emitter.tokens : [];
  // highlight.js catches errors in a grammar, and its result then lacks the rest of the code.
  const coversAll = tokens.reduce((length, { text }) => length + text.length, 0) === code.length;
  return { tokens: coversAll ? tokens : [{ text: code, scopes: [] }], complete: !top || !("parent" in top) };
}

/** Splits tokens into consecutive parts of the given lengths, one array of tokens per part. */
export function splitTokens(lengths: number[], tokens: readonly CodeToken[]): CodeToken[][] {
  const remaining = tokens.toReversed();
  return lengths.map((length) => {
    const part: CodeToken[] = [];
    for (let missing = length; missing > 0;) {
      const next = remaining.pop();
      if (!next) break;
      const { text, scopes } = next;
      part.push({ text: text.slice(0, missing), scopes });
      if (text.length > missing) remaining.push({ text: text.slice(missing), scopes });
      missing -= text.length;
    }
    return part;
  });
}

/** Collects tokens instead of the HTML that highlight.js would write, through the same extension point that lowlight uses. */
class TokenCollector implements Emitter {
  readonly tokens: CodeToken[] = [];
  #scopes: readonly string[] = [];

  addText(text: string): void {
    if (text !== "") this.tokens.push({ text, scopes: this.#scopes });
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
    if (!(emitter instanceof TokenCollector)) return;
    for (const { text, scopes } of emitter.tokens) this.tokens.push({ text, scopes: [...this.#scopes, ...scopes] });
  }

  finalize(): void {
    // A flat list of tokens has no nodes to close.
  }

  toHTML(): string {
    return "";
  }
}

hljs.configure({ __emitter: TokenCollector });
