import { findAssignments } from "./secretRules/assignments";
import type { SecretCandidate, SecretKind } from "./secretRules/candidate";
import { findCredentials } from "./secretRules/credentials";
import { secretFileKind } from "./secretRules/fileNames";
import { findPrivateKeys } from "./secretRules/privateKeys";
import { findTokens } from "./secretRules/tokens";

export type { SecretKind } from "./secretRules/candidate";

/** Something in a file name or text that looks like a secret. */
export interface SecretFinding {
  kind: SecretKind;
  /** The id of the rule that found it, such as `github-pat` or `password-assignment`. */
  rule: string;
  /** Where the secret is in the text, in UTF-16 units; absent if the file name alone gives it away. */
  range?: { start: number; end: number };
}

/**
 * Checks a file name without its folder, a text, or both. Findings in the text are in order and do not overlap; a range holds the secret alone,
 * without its name or quotes. Takes time linear in the length of the text.
 */
export function findSecret({ name = "", text = "" }: { name?: string; text?: string }): SecretFinding[] {
  const kind = secretFileKind(name);
  return [...(kind === undefined ? [] : [{ kind, rule: "file-name" }]), ...findInText(text)];
}

function findInText(text: string): SecretFinding[] {
  const candidates = [findPrivateKeys, findTokens, findCredentials, findAssignments].flatMap((find) => find(text));
  // A stable sort: the first rule names what several found.
  candidates.sort((a, b) => a.start - b.start || b.end - a.end);
  return merge(candidates).map(({ kind, rule, start, end }) => ({ kind, rule, range: { start, end } }));
}

/** Joins candidates that overlap, so that all of them is covered. */
function merge(candidates: readonly SecretCandidate[]): SecretCandidate[] {
  const merged: SecretCandidate[] = [];
  for (const candidate of candidates) {
    const last = merged.at(-1);
    if (last && candidate.start < last.end) last.end = Math.max(last.end, candidate.end);
    else merged.push({ ...candidate });
  }
  return merged;
}
