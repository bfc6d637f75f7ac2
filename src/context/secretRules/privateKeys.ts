import { matchCandidate, type SecretCandidate } from "./candidate";

const begin =
  /-----BEGIN (?:[A-Z0-9]{1,20} ){0,4}PRIVATE KEY(?: BLOCK)?-----|---- BEGIN SSH2 (?:ENCRYPTED )?PRIVATE KEY ----/g;
const end = /-----END [A-Z0-9 ]{0,60}PRIVATE KEY(?: BLOCK)?-----|---- END SSH2 (?:ENCRYPTED )?PRIVATE KEY ----/g;
/** What may follow the first line: base64, headers such as `Proc-Type: 4,ENCRYPTED`, and the syntax of a string over several lines. */
const body =
  /(?:(?:Proc-Type|DEK-Info|Version|Comment|Hash|Subject): ?[^\r\n\\]{0,100}|[A-Za-z0-9+/=\s"'`+,\\|>#*.&;()])*/y;

const others: readonly (readonly [rule: string, pattern: RegExp])[] = [
  ["putty-private-key", /(?<secret>\bPrivate-Lines: \d{1,3}\s{1,4}[A-Za-z0-9+/=\r\n]{20,8000})/dg],
  ["xml-private-key", /<D>\s{0,20}(?<secret>[A-Za-z0-9+/=\s]{40,2000})<\/D>/dg],
  ["json-web-key", /"d"\s{0,5}:\s{0,5}"(?<secret>[\w-]{40,1000})"/dg],
];

/** Base64 of "-----BEGIN", as in a kubeconfig. */
const encoded = /(?<![A-Za-z0-9+/])LS0tLS1CRUdJTi[A-Za-z0-9+/]{24,}={0,2}/g;

/** Private keys in PEM, OpenSSH, PGP, PuTTY, XML and JSON, also within strings of code. */
export function findPrivateKeys(text: string): SecretCandidate[] {
  return [...findBlocks(text), ...findEncoded(text), ...findOthers(text)];
}

function findBlocks(text: string): SecretCandidate[] {
  const starts = [...text.matchAll(begin)];
  const ends = starts.length === 0 ? [] : [...text.matchAll(end)];
  let nextEnd = 0;
  return starts.flatMap((match, index) => {
    const bodyStart = match.index + match[0].length;
    while ((ends[nextEnd]?.index ?? Infinity) < bodyStart) nextEnd += 1;
    const last = ends[nextEnd];
    const isClosed = last !== undefined && last.index < (starts[index + 1]?.index ?? Infinity);
    body.lastIndex = bodyStart;
    const bodyLength = body.exec(text)?.[0].trimEnd().length ?? 0;
    const bodyEnd = isClosed ? last.index : bodyStart + bodyLength;
    if (!isKeyBody(text.slice(bodyStart, bodyEnd), text.slice(bodyStart, bodyStart + 2), isClosed)) return [];
    const blockEnd = isClosed ? last.index + last[0].length : bodyEnd;
    return [{ kind: "private-key" as const, rule: "private-key", start: match.index, end: blockEnd }];
  });
}

/** Rules out mentions of the first line in code and placeholders for the rest. A text that ends after the first line was cut there. */
function isKeyBody(text: string, afterHeader: string, isClosed: boolean): boolean {
  if (isClosed) return /[A-Za-z0-9+/]{20}/.test(text);
  const isLineBreak = /^(?:\s|\\[nr])/.test(afterHeader);
  return (
    isLineBreak &&
    !/\.\.\./.test(text) &&
    (/^[\s\\nr]*$/.test(text) ? afterHeader.trim() === "" : /[A-Za-z0-9+/]{4}/.test(text))
  );
}

function findEncoded(text: string): SecretCandidate[] {
  return [...text.matchAll(encoded)]
    .filter(({ 0: value }) => Buffer.from(value.slice(0, 80), "base64").toString("latin1").includes("PRIVATE KEY"))
    .map(({ index, 0: value }) => ({
      kind: "private-key" as const,
      rule: "encoded-private-key",
      start: index,
      end: index + value.length,
    }));
}

function findOthers(text: string): SecretCandidate[] {
  return others.flatMap(([rule, pattern]) =>
    rule === "json-web-key" && !text.includes('"kty"')
      ? []
      : [...text.matchAll(pattern)].map((match) => matchCandidate(rule, "private-key", match)),
  );
}
