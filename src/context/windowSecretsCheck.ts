import { t } from "@vscode/l10n";
import type { CompletionRequest } from "../router/index";
import { findOutgoing, subjectOf, type OutgoingFinding } from "./outgoingFindings";
import type { OutgoingText } from "./outgoingText";
import { mapRequestTexts, requestTexts } from "./requestTexts";
import { SecretDecisions, type SecretDecision } from "./secretDecisions";
import { removed, SecretPlaceholders } from "./secretPlaceholders";
import type { CheckedRequest, NothingToSend, RestoredCode, SecretsCheck, SecretsReview } from "./secretsCheck";

export interface SecretsCheckDependencies {
  /** Asks the user; one decision for each finding, or `undefined` if the user cancels. */
  ask: (findings: readonly OutgoingFinding[]) => Promise<readonly SecretDecision[] | undefined>;
  /** The path of the target if the file is a link. */
  linkTarget: (uri: string) => Promise<string | undefined>;
}

/** The secrets check of this window. Remembers decisions and placeholders until the window closes. */
export class WindowSecretsCheck implements SecretsCheck {
  readonly #dependencies: SecretsCheckDependencies;
  readonly #decisions = new SecretDecisions();
  readonly #placeholders = new Map<string, SecretPlaceholders>();
  /** One dialog at a time: the decisions of one can answer the next. */
  #asking: Promise<unknown> = Promise.resolve();

  constructor(dependencies: SecretsCheckDependencies) {
    this.#dependencies = dependencies;
  }

  async review(
    texts: readonly OutgoingText[],
    scope: string,
    otherTexts: readonly string[] = [],
  ): Promise<SecretsReview | NothingToSend> {
    const findings = findOutgoing(await Promise.all(texts.map((text) => this.#withPaths(text))));
    const decided = await this.#decide(findings);
    if (!("decisions" in decided)) return decided;
    const placeholders = this.#placeholdersOf(scope);
    for (const text of [...texts.map((each) => each.text), ...otherTexts]) placeholders.reserve(text);
    const replacements = new Replacements(placeholders);
    for (const [finding, decision] of decided.decisions) replacements.add(finding, decision);
    const heldBack = findings.filter(
      (finding) => decided.decisions.get(finding) === "hold-back" && finding.outgoing.onHoldBack === "leave-out",
    );
    return {
      type: "reviewed",
      heldBack: [...new Map(heldBack.map(({ outgoing }) => [outgoing.source, outgoing])).values()],
      replaced: replacedSecrets(decided.decisions).size,
      seal: (request) => this.#seal(request, replacements, scope),
    };
  }

  async seal(request: CompletionRequest, scope: string): Promise<CheckedRequest | undefined> {
    const review = await this.review([], scope);
    return review.type === "reviewed" ? review.seal(request) : undefined;
  }

  restore(code: string, scope: string, userTexts: readonly string[]): Promise<RestoredCode> {
    const restored = this.#placeholdersOf(scope).restore(code, userTexts);
    if ("code" in restored) return Promise.resolve(restored);
    const problem = t(
      "The code contains {0}, which stands for a secret that is no longer known, so nothing was changed. Ask again to get code that can be applied.",
      restored.unknown,
    );
    return Promise.resolve({ problem });
  }

  /** Replaces the secrets, and asks about those in texts that the caller did not name. */
  async #seal(
    request: CompletionRequest,
    replacements: Replacements,
    scope: string,
  ): Promise<CheckedRequest | undefined> {
    const replaced = mapRequestTexts(request, (text) => replacements.apply(text));
    const unnamed = requestTexts(replaced).map((text): OutgoingText => ({
      source: `request ${scope}`,
      label: t("Other text of the request"),
      text,
      onHoldBack: "remove-secret",
    }));
    const findings = findOutgoing(unnamed).filter((finding) => !replacements.includes(finding));
    const decided = await this.#decide(findings);
    if (!("decisions" in decided)) return undefined;
    for (const [finding, decision] of decided.decisions) replacements.add(finding, decision);
    const checked = mapRequestTexts(replaced, (text) => replacements.apply(text));
    return { ...checked, ...(replacements.staysLocal && { onlyLocal: true }) } as CheckedRequest;
  }

  /** The decisions of the session, and the user's for the other findings. Remembers them only if something is sent. */
  async #decide(
    findings: readonly OutgoingFinding[],
  ): Promise<{ decisions: ReadonlyMap<OutgoingFinding, SecretDecision> } | NothingToSend> {
    if (this.#decisions.undecided(findings).length > 0) {
      const asked = this.#asking.then(() => this.#ask(findings));
      this.#asking = asked.catch(() => undefined);
      const stopped = await asked;
      if (stopped) return stopped;
    }
    return { decisions: this.#decisions.of(findings) };
  }

  async #ask(findings: readonly OutgoingFinding[]): Promise<NothingToSend | undefined> {
    const undecided = this.#decisions.undecided(findings);
    if (undecided.length === 0) return undefined;
    const answers = await this.#dependencies.ask(undecided);
    if (!answers) return { type: "nothing-to-send" };
    const decisions = undecided.map((finding, index) => ({ finding, decision: answers[index] ?? "hold-back" }));
    const stop = decisions.find(
      ({ finding, decision }) => decision === "hold-back" && finding.outgoing.onHoldBack === "send-nothing",
    );
    if (stop) {
      const { outgoing, range } = stop.finding;
      return { type: "nothing-to-send", secret: { source: outgoing.source, range } };
    }
    for (const { finding, decision } of decisions) this.#decisions.add(finding, decision);
    return undefined;
  }

  async #withPaths(outgoing: OutgoingText): Promise<OutgoingText> {
    if (outgoing.uri === undefined) return outgoing;
    const target = await this.#dependencies.linkTarget(outgoing.uri);
    return target === undefined ? outgoing : { ...outgoing, paths: [...(outgoing.paths ?? []), target] };
  }

  #placeholdersOf(scope: string): SecretPlaceholders {
    const placeholders = this.#placeholders.get(scope) ?? new SecretPlaceholders();
    this.#placeholders.set(scope, placeholders);
    return placeholders;
  }
}

function replacedSecrets(decisions: ReadonlyMap<OutgoingFinding, SecretDecision>): Set<string> {
  const replaced = [...decisions].filter(([, decision]) => decision === "replace");
  return new Set(replaced.flatMap(([{ secrets }]) => secrets.map(({ value }) => value)));
}

/** What a request has instead of its secrets. */
class Replacements {
  readonly #placeholders: SecretPlaceholders;
  readonly #replacements = new Map<string, string>();
  /** Decided file names and secrets. */
  readonly #subjects = new Set<string>();
  /** Secrets, and whole files, that the user allows to be sent. */
  readonly #allowedSecrets = new Set<string>();
  readonly #allowedFiles = new Set<string>();
  #staysLocal = false;

  constructor(placeholders: SecretPlaceholders) {
    this.#placeholders = placeholders;
  }

  /** Whether a secret may only be sent to models on this computer. */
  get staysLocal(): boolean {
    return this.#staysLocal;
  }

  add(finding: OutgoingFinding, decision: SecretDecision): void {
    const { outgoing, range, fileName, secrets } = finding;
    this.#subjects.add(subjectOf(finding));
    if (decision === "ask-local") this.#staysLocal = true;
    if (decision === "send" || decision === "ask-local") {
      const allowed = fileName === undefined ? this.#allowedSecrets : this.#allowedFiles;
      allowed.add(outgoing.text.slice(range.start, range.end));
      return;
    }
    for (const { before, value } of secrets)
      this.#replacements.set(
        before + value,
        before + (decision === "replace" ? this.#placeholders.of(value) : removed),
      );
  }

  /** Whether the user has decided about it, even if it was found in a different context. */
  includes(finding: OutgoingFinding): boolean {
    const { outgoing, range, fileName } = finding;
    if (fileName !== undefined) return this.#subjects.has(subjectOf(finding));
    const secret = outgoing.text.slice(range.start, range.end);
    return (
      [...this.#allowedSecrets].some((each) => each.includes(secret) || secret.includes(each)) ||
      [...this.#allowedFiles].some((each) => each.includes(secret))
    );
  }

  /** Replaces longer secrets first, because they can contain shorter ones. JSON, as in tool calls, has them escaped. */
  apply(text: string): string {
    const byLength = [...this.#replacements].sort(([a], [b]) => b.length - a.length);
    return byLength.reduce((result, [secret, replacement]) => {
      const escaped = JSON.stringify(secret).slice(1, -1);
      return result.replaceAll(secret, () => replacement).replaceAll(escaped, () => replacement);
    }, text);
  }
}
