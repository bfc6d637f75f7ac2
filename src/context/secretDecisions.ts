import { subjectOf, type OutgoingFinding } from "./outgoingFindings";

/** `ask-local` sends the secret, but only to models on this computer. */
export type SecretDecision = "hold-back" | "send" | "replace" | "ask-local";

/** The decisions of this session, in memory only. Each belongs to a secret and its source. */
export class SecretDecisions {
  readonly #decisions = new Map<string, SecretDecision>();

  add({ outgoing, ...finding }: OutgoingFinding, decision: SecretDecision): void {
    this.#decisions.set(keyOf(outgoing.source, subjectOf({ outgoing, ...finding })), decision);
  }

  /** The decided findings with their decisions. */
  of(findings: readonly OutgoingFinding[]): Map<OutgoingFinding, SecretDecision> {
    return new Map(
      findings.flatMap((finding): [OutgoingFinding, SecretDecision][] => {
        const decision = this.#decisionOf(finding, findings);
        return decision === undefined ? [] : [[finding, decision]];
      }),
    );
  }

  /** The findings to ask the user about, each secret of a source once. */
  undecided(findings: readonly OutgoingFinding[]): OutgoingFinding[] {
    const open = new Map<string, OutgoingFinding>();
    for (const finding of findings) {
      const key = keyOf(finding.outgoing.source, subjectOf(finding));
      const isCovered = findings.some((each) => covers(each, finding));
      if (!isCovered && this.#decisionOf(finding, findings) === undefined && !open.has(key)) open.set(key, finding);
    }
    return [...open.values()];
  }

  /** A finding that another one covers follows the decision about that one. */
  #decisionOf(finding: OutgoingFinding, all: readonly OutgoingFinding[]): SecretDecision | undefined {
    const { source, related = [] } = finding.outgoing;
    const subject = subjectOf(finding);
    const keys = [
      ...[source, ...related].map((each) => keyOf(each, subject)),
      ...all.filter((each) => covers(each, finding)).map((each) => keyOf(each.outgoing.source, subjectOf(each))),
    ];
    return keys.map((key) => this.#decisions.get(key)).find((decision) => decision !== undefined);
  }
}

/**
 * Whether the user's decision about one finding is the one about the other too: about what an answer repeats, and about the secrets in a
 * file whose name gave it away, where the same source contains them again.
 */
function covers(one: OutgoingFinding, other: OutgoingFinding): boolean {
  if (one === other || one.outgoing.repeats === true) return false;
  const isSameSource = one.outgoing.source === other.outgoing.source;
  if (other.outgoing.repeats !== true && !isSameSource) return false;
  if (other.outgoing.repeats === true && subjectOf(one) === subjectOf(other)) return true;
  if (one.fileName === undefined || other.fileName !== undefined) return false;
  const secret = subjectOf(other);
  return one.secrets.some(({ value }) => value.includes(secret));
}

function keyOf(source: string, subject: string): string {
  return JSON.stringify([source, subject]);
}
