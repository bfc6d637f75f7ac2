/** The kind of secret that a file or text seems to contain. */
export type SecretKind = "environment-file" | "private-key" | "key-file" | "token";

/** A part of a text that looks like a secret. `start` and `end` count UTF-16 units. */
export interface SecretCandidate {
  kind: SecretKind;
  /** The id of the rule that found it, such as `github-pat`. */
  rule: string;
  start: number;
  end: number;
}

/** A candidate for the group `secret` of a match of a regular expression with the flag `d`, or for all of the match without that group. */
export function matchCandidate(rule: string, kind: SecretKind, match: RegExpExecArray): SecretCandidate {
  const [start, end] = match.indices?.groups?.["secret"] ?? [match.index, match.index + match[0].length];
  return { kind, rule, start, end };
}
