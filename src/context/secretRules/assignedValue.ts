/** The value that is assigned to a name, without quotes. */
export interface AssignedValue {
  text: string;
  start: number;
  /** What follows `text` up to the next space or quote and may belong to the value: `&3xyz` after `Tr0ub4dor`. Empty in a string literal. */
  rest: string;
  /** It is a string literal, which is no code. */
  isLiteral?: boolean;
}

interface Separator {
  pattern: RegExp;
  /** Only before a string literal, where anything else would be code. */
  quotedOnly?: boolean;
  /** Whether it applies to a name at this place. */
  applies?: (text: string, start: number, end: number) => boolean;
}

/** What is between a name and its value. All quantifiers are bounded. */
const separators: readonly Separator[] = [
  // const name: &str = "…"
  { pattern: /\??!?\s{0,4}:\s{0,4}[&\w][\w&<>|.[\]*? ]{0,40}?\s{0,4}=\s{0,9}/y, quotedOnly: true },
  // name = …, "name": …, name => …, env["name"] || "…"
  { pattern: /\\{0,2}["'`]?\]?\)?[ \t]{0,20}(?:={1,3}>?|!==?|:=|\?\?=?|\|\|=?|\?[:=]|\+=|::?(?!:)|->|<-)[ \t]{0,20}/y },
  { pattern: /["'`]?\]?\)?\s{0,20}(?:={1,3}|=>|:=|\?\?|\|\||:)\s{0,40}/y, quotedOnly: true },
  // <add key="name" value="…"/>, name: NAME followed by value: … on the next line
  { pattern: /\\?["'`]?[,;]?\s{1,40}\\?["']?(?:value|default|content)\\?["']?\s{0,4}[:=]\s{0,4}/y },
  // put("name", "…"), define('name', '…')
  { pattern: /\\?["'`]\s{0,4},\s{0,40}/y, quotedOnly: true },
  // name("…")
  { pattern: /\(\s{0,20}/y, quotedOnly: true },
  // <name>…</name>, <key>name</key><string>…</string>
  { pattern: />\s{0,20}/y, applies: (text, start) => text.charAt(start - 1) === "<" },
  { pattern: /<\/key>\s{0,20}<string>/y },
  // --name …, and -Name … of PowerShell
  { pattern: /[ \t]{1,4}/y, applies: (text, start, end) => /^-{1,2}\w/.test(text.slice(start, end)) },
  // PASSWORD '…' of SQL, #define NAME "…"
  { pattern: /[ \t]{1,8}/y, quotedOnly: true },
  // setx NAME …
  {
    pattern: /[ \t]{1,4}/y,
    applies: (text, start) => /\bsetx?\s{1,4}$/i.test(text.slice(Math.max(0, start - 8), start)),
  },
  // The password is …
  { pattern: /["'`]?\s{1,4}(?:is|ist|lautet|est|es)\s{0,2}:?\s{1,4}/iy },
];

/** What is after a name that something is assigned to. Most names are not. */
const afterName = /[\\"'`\])?!:=|+,;(>\s<-]/;

const longestValue = 512;
const stringStart = /(?:[fbruLRN@$]{0,2})(\\{0,3}["'`])/y;

/** What ends a value without quotes, by where its name is. */
const wordEnds = {
  query: /[&#\s"'`<>]/g,
  url: /[@/\s"'`<>]/g,
  connection: /[;"\s]/g,
  line: /[\s"'`]/g,
  text: /[\s"'`,;&<>)\]}]/g,
};
type Place = keyof typeof wordEnds;

/** What ends a value in prose that has punctuation inside: also the next name of a query or a list, code, or a tag. */
const restEnd = /[\s"'`]|&&|<(?:\/|br\b)|(?:&(?:amp;)?|[,;])[A-Za-z_][\w.$-]{0,40}\??[=:]/;

/** How many names in one run of text without spaces may have the rest of it as their value: more is no assignment, and would take long. */
const mostStarts = 4;

/** Reads the values that are assigned to names in a text, at most `longestValue` units of each. */
export class ValueReader {
  readonly #text: string;
  /** The run of text without an end that was read last, so that no run is searched twice. */
  readonly #runs = new Map<Place, { from: number; end: number; starts: number }>();

  constructor(text: string) {
    this.#text = text;
  }

  /** The value of the name between `start` and `end`. `undefined` if none follows, or if it is code. */
  read(start: number, end: number): AssignedValue | undefined {
    const text = this.#text;
    if (!afterName.test(text.charAt(end))) return undefined;
    for (const { pattern, quotedOnly, applies } of separators) {
      pattern.lastIndex = end;
      if ((applies && !applies(text, start, end)) || !pattern.test(text)) continue;
      const value = this.#readString(pattern.lastIndex);
      if (value) return withoutScheme(value);
      if (quotedOnly) continue;
      const word = this.#readWord(pattern.lastIndex, start);
      return word && withoutScheme(word);
    }
    return undefined;
  }

  /** A string literal, also one that is escaped within another. */
  #readString(at: number): AssignedValue | undefined {
    const text = this.#text;
    stringStart.lastIndex = at;
    const quote = stringStart.exec(text)?.[1];
    if (quote === undefined) return undefined;
    const start = stringStart.lastIndex;
    const mark = quote.slice(-1);
    for (let end = start; end < text.length && end - start <= longestValue; end += 1) {
      const unit = text.charAt(end);
      if (unit === "\n") return undefined;
      if (unit === mark)
        return { text: text.slice(start, end).replace(/\\{1,3}$/, ""), start, rest: "", isLiteral: true };
      if (unit === "\\" && quote.length === 1) end += 1;
    }
    return undefined;
  }

  #readWord(at: number, nameStart: number): AssignedValue | undefined {
    const place = placeOf(this.#text, nameStart);
    const end = this.#endOfWord(at, place);
    if (end === undefined) return undefined;
    const value = this.#text.slice(at, end).replace(/[,;.]{1,3}$/, "");
    if (value === "" || isCode(value, this.#text.charAt(end))) return undefined;
    const rest = place === "text" ? this.#readRest(at + value.length, at + longestValue) : "";
    return { text: value, start: at, rest };
  }

  /** Without the punctuation that closes the sentence or the brackets around the value. Empty if there is no end before `limit`. */
  #readRest(at: number, limit: number): string {
    const rest = this.#text.slice(at, limit);
    const end = restEnd.exec(rest)?.index ?? (limit < this.#text.length ? 0 : rest.length);
    return rest.slice(0, end).replace(/[.,:;?&<)\]}>]{1,4}$/, "");
  }

  /** `undefined` for what is too long: a rule for its format would have found a token. */
  #endOfWord(at: number, place: Place): number | undefined {
    const last = this.#runs.get(place);
    const isSameRun = last !== undefined && at >= last.from && at <= last.end;
    wordEnds[place].lastIndex = at;
    const end = isSameRun ? last.end : (wordEnds[place].exec(this.#text)?.index ?? this.#text.length);
    const starts = isSameRun ? last.starts + 1 : 1;
    this.#runs.set(place, { from: at, end, starts });
    return end - at > longestValue || starts > mostStarts ? undefined : end;
  }
}

function placeOf(text: string, nameStart: number): Place {
  const before = text.charAt(nameStart - 1);
  if (before === "?" || before === "#" || (before === "&" && text.charAt(nameStart - 2) !== "&")) return "query";
  if (before === "/") return "url";
  if (before === ";") return "connection";
  return startsLine(text, nameStart) ? "line" : "text";
}

/** Whether only spaces, a list marker or a keyword such as `export` are before the name on its line. */
function startsLine(text: string, at: number): boolean {
  return /(?:^|\n)[ \t]{0,40}(?:- |export |set |ENV |ARG )?$/i.test(text.slice(Math.max(0, at - 50), at));
}

/** A call, an index, or a member: `getPassword()`, `keys[0]`, `options.password1`. */
function isCode(value: string, next: string): boolean {
  return (
    /^[\w$.?!-]+[([]/.test(value) ||
    next === "(" ||
    next === "[" ||
    /^[$A-Za-z_][\w$]*(?:\??\.[A-Za-z_$][\w$]*)+$/.test(value) ||
    /^(?:new|await|typeof|function|return)$/.test(value)
  );
}

/** Without the scheme of an `Authorization` header. */
function withoutScheme(value: AssignedValue): AssignedValue {
  const length = /^(?:Bearer|Token|Basic|base64:)\s*/i.exec(value.text)?.[0].length ?? 0;
  return length === 0 || /^(?:Bearer|Token|Basic)\w/i.test(value.text)
    ? value
    : { ...value, text: value.text.slice(length), start: value.start + length };
}
