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
      const isRepeated = finding.outgoing.repeats === true && findings.some((each) => isOriginal(each, finding));
      if (!isRepeated && this.#decisionOf(finding, findings) === undefined && !open.has(key)) open.set(key, finding);
    }
    return [...open.values()];
  }

  /** A repetition, as in an answer, follows the decision about the text that it repeats. */
  #decisionOf(finding: OutgoingFinding, all: readonly OutgoingFinding[]): SecretDecision | undefined {
    const { source, related = [], repeats } = finding.outgoing;
    const originals = repeats ? all.filter((each) => isOriginal(each, finding)) : [];
    const sources = [source, ...related, ...originals.map(({ outgoing }) => outgoing.source)];
    const subject = subjectOf(finding);
    const found = sources.map((each) => this.#decisions.get(keyOf(each, subject)));
    return found.find((decision) => decision !== undefined);
  }
}

function isOriginal(each: OutgoingFinding, repetition: OutgoingFinding): boolean {
  return each.outgoing.repeats !== true && subjectOf(each) === subjectOf(repetition);
}

function keyOf(source: string, subject: string): string {
  return JSON.stringify([source, subject]);
}
