import { diffFiles, type DiffFile } from "./diffFiles";
import type { OutgoingText, TextRange } from "./outgoingText";
import { isReplaced } from "./secretPlaceholders";
import { findSecret, type SecretKind } from "./secrets";
import { openedFileName } from "./windowsNames";

/** A possible secret in a text that is about to be sent. */
export interface OutgoingFinding {
  readonly outgoing: OutgoingText;
  readonly kind: SecretKind;
  /** The place of the secret; for a file that its name gives away, all of the file. */
  readonly range: TextRange;
  /** The file name that gives it away; absent if the text does. */
  readonly fileName?: string;
  /** What a placeholder replaces. */
  readonly secrets: readonly Secret[];
}

export interface Secret {
  readonly value: string;
  /** The text before it, such as `PORT=`, without which a short value could be any word. */
  readonly before: string;
}

/** The possible secrets in the texts, by file name and content. One finding stands for a whole file that its name gives away. */
export function findOutgoing(texts: readonly OutgoingText[]): OutgoingFinding[] {
  return texts.flatMap(findInText);
}

/** Identifies what the user decides about: the secret itself, or the file name. */
export function subjectOf({ outgoing, range, fileName }: OutgoingFinding): string {
  return fileName === undefined ? outgoing.text.slice(range.start, range.end) : `file ${fileName}`;
}

function findInText(outgoing: OutgoingText): OutgoingFinding[] {
  const { text, paths = [] } = outgoing;
  const found = secretsInText(text);
  const byName = paths.flatMap((path) => nameFinding(outgoing, [path], { start: 0, end: text.length }, found));
  if (byName[0]) return [byName[0]];
  const files = diffFiles(text);
  const inDiff = files.flatMap((file) => nameFinding(outgoing, file.names, file, found));
  const others = found.filter(({ start }) => !inDiff.some(({ range }) => range.start <= start && start < range.end));
  return [
    ...inDiff,
    ...others.map(({ kind, start, end }) => ({
      outgoing: { ...outgoing, label: labelIn(outgoing.label, files, start) },
      kind,
      range: { start, end },
      secrets: [{ value: text.slice(start, end), before: "" }],
    })),
  ].sort((a, b) => a.range.start - b.range.start);
}

type FoundSecret = TextRange & { readonly kind: SecretKind };

/** An agent and a long chat send the same texts again and again, so the findings of the latest ones are kept. */
const knownTexts = new Map<string, readonly FoundSecret[]>();
let knownLength = 0;
/** The length of all known texts together, in UTF-16 units. */
const maxKnownLength = 4_000_000;

function secretsInText(text: string): readonly FoundSecret[] {
  const known = knownTexts.get(text);
  const found = known ?? findSecrets(text);
  knownLength += known ? 0 : text.length;
  knownTexts.delete(text);
  knownTexts.set(text, found);
  for (const oldest of knownTexts.keys()) {
    if (knownLength <= maxKnownLength) break;
    knownTexts.delete(oldest);
    knownLength -= oldest.length;
  }
  return found;
}

function findSecrets(text: string): FoundSecret[] {
  const found: FoundSecret[] = [];
  for (const { kind, range } of findSecret({ text })) {
    if (!range || range.start < (found.at(-1)?.end ?? 0)) continue;
    const { start } = range;
    const end = kind === "private-key" ? endOfKey(text, range.end) : range.end;
    if (!isReplaced(text.slice(start, end))) found.push({ kind, start, end });
  }
  return found;
}

/** More characters than a private key has. */
const maxKeyLength = 20_000;
const keyEnd = /-----END [A-Z0-9 ]*PRIVATE KEY[A-Z ]*-----/;

/** The end of a private key, for a detector that stops after its first line: its last line, or where no more Base64 follows. */
function endOfKey(text: string, end: number): number {
  if (keyEnd.test(text.slice(Math.max(0, end - 80), end))) return end;
  const [rest = ""] = text.slice(end, end + maxKeyLength).split("-----BEGIN", 1);
  const last = keyEnd.exec(rest);
  return (
    end + (last ? last.index + last[0].length : (/^[A-Za-z0-9+/=\s\\"',-]*/.exec(rest)?.[0].trimEnd().length ?? 0))
  );
}

/** At most one finding for the names of a file. */
function nameFinding(
  outgoing: OutgoingText,
  names: readonly string[],
  { start, end }: TextRange,
  found: readonly FoundSecret[],
): OutgoingFinding[] {
  for (const path of names) {
    const fileName = path.replace(/^.*[/\\]/, "");
    const kind = kindOfFile(path, fileName);
    if (kind === undefined) continue;
    const isNamed = outgoing.label.includes(fileName);
    const label = isNamed ? outgoing.label : `${outgoing.label} → ${fileName}`;
    const within = found.filter((each) => start <= each.start && each.start < end);
    const secrets = [
      ...within.map((each) => ({ value: outgoing.text.slice(each.start, each.end), before: "" })),
      ...secretParts(kind, outgoing.text.slice(start, end)),
    ];
    return [{ outgoing: { ...outgoing, label }, kind, range: { start, end }, fileName, secrets }];
  }
  return [];
}

/** Git's own configuration can contain passwords, although its name says nothing. */
const gitConfiguration = /(?:^|[/\\])\.git[/\\](?:.*[/\\])?config(?:\.worktree)?$/;

function kindOfFile(path: string, fileName: string): SecretKind | undefined {
  if (gitConfiguration.test(path)) return "key-file";
  return findSecret({ name: openedFileName(fileName) }).find(({ range }) => range === undefined)?.kind;
}

/** A variable and its value, in an environment file or a diff of one. */
const assignment = /^[+-]?[ \t]*(?:export[ \t]+)?([\w.-]+[ \t]*[=:][ \t]*)(\S.*)$/gm;

/** The values of an environment file, so that a model still sees its variables; of other files, everything. */
function secretParts(kind: SecretKind, text: string): Secret[] {
  const isDiff = /^@@/m.test(text);
  const body = isDiff ? text.slice(text.search(/^@@/m)) : text;
  const assignments = kind === "environment-file" ? [...body.matchAll(assignment)] : [];
  if (assignments.length > 0)
    return assignments.map(([, before = "", value = ""]) => ({ before, value: value.trimEnd() }));
  return body.trim() === "" ? [] : [{ before: "", value: body.trim() }];
}

/** Adds the file of a diff that the offset is in: `changes in shop › basket.ts`. */
function labelIn(label: string, files: readonly DiffFile[], offset: number): string {
  const name = files.find(({ start, end }) => start <= offset && offset < end)?.names[0];
  return name === undefined || name === "null" ? label : `${label} › ${name}`;
}
