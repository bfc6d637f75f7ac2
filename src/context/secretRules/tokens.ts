import type { SecretCandidate } from "./candidate";
import gitleaks from "./gitleaks.json";
import { isFiller } from "./placeholder";
import { tokenRules, type TokenRule } from "./tokenRules";
import { entropy } from "./valueShape";

/** Not within a word, but after an escaped line break in JSON or code. */
const wordStart = String.raw`(?:(?<![A-Za-z0-9_])|(?<=\\[nrt]))`;

interface CompiledRule extends TokenRule {
  expression: RegExp;
}

let compiled: readonly CompiledRule[] | undefined;

/** Compiles the rules on first use: V8 parses a regular expression when it is created. */
function rules(): readonly CompiledRule[] {
  compiled ??= [...tokenRules, ...(gitleaks.tokens as readonly TokenRule[])].map((rule) => ({
    ...rule,
    expression: new RegExp(`${rule.start ?? wordStart}(?:${rule.pattern})`, rule.ignoreCase === true ? "gi" : "g"),
  }));
  return compiled;
}

/** Tokens in a format that is known from their issuer. */
export function findTokens(text: string): SecretCandidate[] {
  const lower = text.toLowerCase();
  return rules().flatMap(({ id, keywords, expression, entropy: least = 0 }) => {
    if (!keywords.some((keyword) => lower.includes(keyword))) return [];
    return [...text.matchAll(expression)]
      .filter(({ 0: token }) => !isFiller(token) && (least === 0 || entropy(token) >= least))
      .map(({ index, 0: token }) => ({ kind: "token" as const, rule: id, start: index, end: index + token.length }));
  });
}
