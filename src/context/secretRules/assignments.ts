import { nameKind, type NameKind } from "./assignmentNames";
import { ValueReader, type AssignedValue } from "./assignedValue";
import type { SecretCandidate } from "./candidate";
import gitleaks from "./gitleaks.json";
import { isPlaceholder } from "./placeholder";
import { entropy, isIdentifier, isMixed, isPassword, isRandomKey, isWordList, uuid } from "./valueShape";

const generic =
  "pass|pwd|psk|pw|secret|token|key|cred|kennwort|contrase|senha|motdepasse|mdp|mnemonic|phrase|sessionid|sessid";

interface ServiceRule {
  id: string;
  name: RegExp;
  value: RegExp;
  entropy: number;
}

let compiled: { hint: RegExp; anyService: RegExp; services: readonly ServiceRule[] } | undefined;

/** The rules of gitleaks for the keys of services, compiled on first use. */
function rules(): NonNullable<typeof compiled> {
  const names = [...new Set(gitleaks.services.map(({ name }) => name))].join("|");
  compiled ??= {
    hint: new RegExp(`${generic}|${names}`, "gi"),
    anyService: new RegExp(names, "i"),
    services: gitleaks.services.map(({ id, name, value, entropy: least }) => ({
      id,
      name: new RegExp(name, "i"),
      value: new RegExp(`^(?:${value})$`, "i"),
      entropy: least ?? 0,
    })),
  };
  return compiled;
}

const longestName = 64;

/**
 * Secrets that are assigned to a name such as `password`, `apiKey` or that of a service, in code, configuration, JSON, YAML, XML, headers,
 * queries, command lines and prose. Reads each name once and a bounded number of characters after it, so that the time is linear.
 */
export function findAssignments(text: string): SecretCandidate[] {
  const { hint } = rules();
  const ruleOf = memoized(assignmentRules);
  const reader = new ValueReader(text);
  const found: SecretCandidate[] = [];
  hint.lastIndex = 0;
  for (let match = hint.exec(text); match; match = hint.exec(text)) {
    const { start, end } = nameAround(text, match.index, match.index + match[0].length);
    hint.lastIndex = Math.max(end, hint.lastIndex);
    const judge = ruleOf(text.slice(start, end));
    const value = judge && reader.read(start, end);
    const rule = value && (judge(value.text) ?? judgeWhole(value, judge));
    if (!value || rule === undefined) continue;
    const valueEnd = value.start + value.text.length + value.rest.length;
    found.push({ kind: "token", rule, start: value.start, end: valueEnd });
    hint.lastIndex = Math.max(hint.lastIndex, valueEnd);
  }
  return found;
}

type Judge = (value: string) => string | undefined;

/** Judges what punctuation hides: a value together with its rest, such as `Tr0&ub4dor`, or without its beginning, such as `!Tr0ub4dor`. */
function judgeWhole({ text, rest, isLiteral }: AssignedValue, judge: Judge): string | undefined {
  if (isLiteral) return /^(?:!+|[([{<](?!.*[)\]}>]))\w/.test(text) ? judge(text.slice(1)) : undefined;
  const whole = text + rest;
  return rest.startsWith("&") || isPunctuated(whole) ? judge(whole) : undefined;
}

/** Whether a value with punctuation that ends values in code and in lists is a password nevertheless: a part of it looks like no name. */
function isPunctuated(value: string): boolean {
  return (
    /^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)(?=.*[,;)<>])[^(=]{8,128}$/.test(value) &&
    value
      .split(/[^A-Za-z0-9]+/)
      .some((part) => (part.length >= 5 && isMixed(part)) || /^\d{1,4}[A-Za-z]{2,}\d/.test(part))
  );
}

/** Returns a function that gives the id of the rule by which a value of this name is a secret. `undefined` for a name whose values never are. */
function assignmentRules(name: string): Judge | undefined {
  const { anyService, services } = rules();
  const kind = nameKind(name);
  const ofName = anyService.test(name) ? services.filter((service) => service.name.test(name)) : [];
  if (kind === undefined && ofName.length === 0) return undefined;
  return memoized((value) =>
    isSecretValue(value, kind) ? `${kind}-assignment` : ofName.find((service) => isServiceKey(value, service))?.id,
  );
}

/** Remembers results by text: a text full of the same assignment is read quickly. */
function memoized<T>(compute: (text: string) => T): (text: string) => T {
  const results = new Map<string, T>();
  return (text) => {
    const known = results.get(text);
    if (known !== undefined || results.has(text)) return known as T;
    const result = compute(text);
    results.set(text, result);
    return result;
  };
}

/** Extends a part of a name to all of it, at most `longestName` units in each direction. */
function nameAround(text: string, from: number, to: number): { start: number; end: number } {
  let start = from;
  while (from - start < longestName && isNameUnit(text.charCodeAt(start - 1))) start -= 1;
  let end = to;
  while (end - to < longestName && isNameUnit(text.charCodeAt(end))) end += 1;
  return { start, end };
}

/** Letters, also accented ones, digits, and `$`, `-`, `.`, `_`. False for NaN, which is outside of the text. */
function isNameUnit(unit: number): boolean {
  return (
    (unit >= 97 && unit <= 122) ||
    (unit >= 65 && unit <= 90) ||
    (unit >= 48 && unit <= 57) ||
    unit === 95 ||
    unit === 45 ||
    unit === 46 ||
    unit === 36 ||
    (unit >= 0xc0 && unit <= 0x24f)
  );
}

function isSecretValue(value: string, kind: NameKind | undefined): boolean {
  switch (kind) {
    case undefined:
      return false;
    case "phrase":
      return /^[a-z]{3,8}(?:[ ,][a-z]{3,8}){11,23}$/.test(value);
    case "password":
      return (isPassword(value) || isRandomKey(value)) && !isPlaceholder(value);
    case "key":
      return (isRandomKey(value) || isShortKey(value)) && !isPlaceholder(value);
    case "unknown-key":
      return /^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)[\w+/=-]{24,}$/.test(value) && isRandomKey(value) && !isPlaceholder(value);
  }
}

/** A secret that a person chose for a machine, such as a signing secret. Short values are more often names, so this is strict. */
function isShortKey(value: string): boolean {
  return (
    value.length >= 8 &&
    !isWordList(value) &&
    !isIdentifier(value) &&
    /^(?=.*[a-z])(?=.*[A-Z])(?=.*\d)[^\s.:/]+$/.test(value)
  );
}

function isServiceKey(value: string, service: ServiceRule): boolean {
  return (
    service.value.test(value) &&
    /\d/.test(value) &&
    !isPlaceholder(value) &&
    (uuid.test(value) || isRandomKey(value)) &&
    entropy(value) >= service.entropy
  );
}
