import { randomUUID } from "node:crypto";
import * as vscode from "vscode";
import { chooseRepository, getGitApi, repositoryRoot, type Repository } from "../context/git";
import type { CheckedRouter, SecretsCheck } from "../context/secretsCheck";
import { abortSignal, type Disposable } from "../lifecycle";
import { showInformation, showWarning, showWithActions, withProgress } from "../notifications";
import type { Log, ModelId, RouterEvent } from "../router/index";
import { formatTime } from "../timeFormat";
import { visibleName } from "../visibleText";
import { askForFindings, type Answers, type AttributedFinding } from "./askForFindings";
import { checkedReview, type CheckedReview, type ReviewInstructions } from "./checkedReview";
import { findingKey, without } from "./compareReviews";
import { chooseFinding, noFindingsMessage } from "./chooseFinding";
import { FindingThreads, type FindingThread, type PlacedFinding } from "./findingThreads";
import { currentLine, placeFindings } from "./placeFindings";
import { priceMessage, summaryMessage } from "./reviewMessages";
import { reviewOutcome, type ReviewedFinding } from "./reviewOutcome";
import { isReviewable, splitIntoParts } from "./reviewParts";
import { languageName } from "./reviewRequest";
import {
  chooseSource,
  fileUri,
  noRepositoryMessage,
  readChanges,
  type ReviewChanges,
  type ReviewSource,
  type FindIgnored,
} from "./reviewSource";

export interface ReviewDependencies {
  readonly router: Pick<CheckedRouter, "complete">;
  readonly secrets: SecretsCheck;
  /** The name of a model as everywhere. */
  readonly modelName: (id: ModelId) => Promise<string>;
  /** The free requests that are left today, if that is known. */
  readonly requestsLeft: () => Promise<number | undefined>;
  readonly instructions: () => ReviewInstructions;
  readonly findIgnored: FindIgnored;
  /** Proposes an edit of the code around a line (zero-based) as a diff. */
  readonly fix: (target: { uri: vscode.Uri; line: number; instruction: string }) => Promise<void>;
  /** Shows why there is no review, with an action that helps. */
  readonly showFailure: (error: unknown, askAgain: () => unknown) => void;
  readonly showNotice: (notice: Extract<RouterEvent, { type: "notice" }>) => void;
  readonly log: Log;
}

/** What one review is about. `scope` identifies it to the secrets check, also when it is tried again. */
interface ReviewTask {
  readonly repository: Repository;
  readonly source: ReviewSource;
  readonly scope: string;
}

/** *Review Changes* and its findings, of which the window shows those of the latest review. */
export class Reviews implements Disposable {
  readonly #dependencies: ReviewDependencies;
  readonly #threads: FindingThreads;
  /** The keys of the findings of earlier reviews, by repository and source. */
  readonly #found = new Map<string, ReadonlySet<string>>();
  /** The keys of findings that the user dismissed, by repository. */
  readonly #dismissed = new Map<string, ReadonlySet<string>>();
  /** The keys of findings that were closed with all others, until a review has them again. */
  #closed: ReadonlySet<string> = new Set();
  #isRunning = false;

  constructor(dependencies: ReviewDependencies) {
    this.#dependencies = dependencies;
    this.#threads = new FindingThreads(dependencies.modelName);
  }

  /** The findings that are shown, the worst first. */
  get findings(): readonly FindingThread[] {
    return this.#threads.all;
  }

  /** Lets the user choose changes and reviews them. `where`: the `SourceControl` that the SCM title passes. Shows failures to the user. */
  async reviewChanges(where?: unknown): Promise<void> {
    if (this.#isRunning) {
      void showInformation(vscode.l10n.t("A review is already running. Cancel it in its notification first."));
      return;
    }
    this.#isRunning = true;
    try {
      const git = await getGitApi();
      const repository = git && (await chooseRepository(git, repositoryRoot(where)));
      if (!repository) {
        void showInformation(noRepositoryMessage());
        return;
      }
      const source = await chooseSource(repository, this.#dependencies.findIgnored);
      if (source === "nothing") void showInformation(vscode.l10n.t("There are no changes to review."));
      else if (source) await this.#review({ repository, source, scope: `review ${randomUUID()}` });
    } catch (error) {
      this.#showGitFailure(error);
    } finally {
      this.#isRunning = false;
    }
  }

  /** Proposes an edit that fixes a finding: of the thread that a menu passes, else at the cursor or as the user chooses. */
  async fix(thread?: unknown): Promise<void> {
    const chosen = await chooseFinding(this.#threads.all, thread, vscode.l10n.t("Select the finding to fix"));
    if (!chosen) return;
    const { finding, uri } = chosen.placed;
    const line = await currentLine(finding, uri);
    if (line === undefined) {
      void showInformation(vscode.l10n.t("The code of this finding has changed. Review the changes again."));
      return;
    }
    await this.#dependencies.fix({ uri, line, instruction: fixInstruction(finding) });
  }

  /** Closes a finding, which later reviews of this window then do not show again. */
  async dismiss(thread?: unknown): Promise<void> {
    const chosen = await chooseFinding(this.#threads.all, thread, vscode.l10n.t("Select the finding to dismiss"));
    if (!chosen) return;
    const { repository, finding } = chosen.placed;
    this.#dismissed.set(repository, new Set([...(this.#dismissed.get(repository) ?? []), findingKey(finding)]));
    this.#threads.close(chosen);
  }

  /** Closes all findings. A later review can find them again. */
  dismissAll(): void {
    if (this.#threads.all.length === 0) void showInformation(noFindingsMessage());
    this.#closed = new Set([...this.#closed, ...this.#threads.all.map(({ placed }) => findingKey(placed.finding))]);
    this.#threads.closeAll();
  }

  dispose(): void {
    this.#threads.dispose();
  }

  async #review(task: ReviewTask): Promise<void> {
    const { repository, source, scope } = task;
    const changes = await readChanges(repository, source, this.#dependencies.findIgnored);
    if (!changes.files.some(isReviewable)) {
      void showInformation(vscode.l10n.t("There are no changes to review."));
      return;
    }
    if (!(await this.#acceptsPrice(splitIntoParts(changes.files).length))) return;
    const checked = await checkedReview(
      {
        ...{ files: changes.files, scope, instructions: this.#dependencies.instructions() },
        uriOf: (path) => fileUri(repository, path),
        language: languageName(vscode.env.language),
      },
      this.#dependencies.secrets,
    );
    if (!checked) {
      void showInformation(vscode.l10n.t("Nothing was sent."));
      return;
    }
    const answers = await this.#ask(checked);
    await this.#showAnswers(answers, { task, changes, checked });
  }

  /** Asks only if the review takes more than one request. */
  async #acceptsPrice(requests: number): Promise<boolean> {
    if (requests <= 1) return true;
    const review = vscode.l10n.t("Review");
    const detail = vscode.l10n.t("The changes are too long for one request.");
    const sentence = priceMessage(requests, await this.#dependencies.requestsLeft());
    return (await showWarning(sentence, { modal: true, detail }, review)) === review;
  }

  #ask({ requests }: CheckedReview): Thenable<Answers> {
    return withProgress(vscode.l10n.t("Reviewing changes"), async (report, token) => {
      const cancelled = abortSignal(token);
      try {
        return await askForFindings(requests, {
          router: this.#dependencies.router,
          signal: cancelled.signal,
          onNotice: this.#dependencies.showNotice,
          onProgress: async ({ index, ...progress }) => {
            const text =
              "model" in progress
                ? visibleName(await this.#dependencies.modelName(progress.model))
                : vscode.l10n.t("free models are busy, continuing at {0}", formatTime(progress.until, true));
            report(
              requests.length === 1 ? text : vscode.l10n.t("part {0} of {1}: {2}", index + 1, requests.length, text),
            );
          },
        });
      } finally {
        cancelled.dispose();
      }
    });
  }

  async #showAnswers(answers: Answers, { task, changes, checked }: ShownReview): Promise<void> {
    const { findings: answered, stopped } = answers;
    const again = (): Promise<void> => this.#reviewAgain(task);
    if (stopped !== undefined && stopped !== "by-user") this.#dependencies.showFailure(stopped.error, again);
    if (answers.answered === 0) return;
    const { repository, source, scope } = task;
    const root = repository.rootUri.toString();
    const key = JSON.stringify([root, source]);
    const outcome = reviewOutcome(await this.#withSecrets(answered, scope), checked.files, {
      found: this.#found.get(key),
      dismissed: this.#dismissed.get(root) ?? new Set(),
    });
    const placed = await placeFindings(outcome, repository);
    await this.#threads.show(placed);
    this.#closed = without(this.#closed, outcome.keys);
    const isComplete = stopped === undefined;
    if (isComplete) this.#found.set(key, outcome.keys);
    const { comparison } = outcome;
    this.#showSummary(
      summaryMessage({
        shown: placed.length,
        comparison:
          isComplete && comparison
            ? { added: placed.filter(({ isNew }) => isNew).length, gone: without(comparison.gone, this.#closed).size }
            : undefined,
        ...{ dropped: outcome.dropped, omitted: outcome.omitted, hidden: outcome.hidden },
        moved: outcome.findings.length - placed.length,
        ...{ leftOut: changes.leftOut, heldBack: checked.heldBack },
        ...{ answered: answers.answered, requests: checked.requests.length },
      }),
      placed,
    );
  }

  async #reviewAgain(task: ReviewTask): Promise<void> {
    if (this.#isRunning) return;
    this.#isRunning = true;
    try {
      await this.#review(task);
    } catch (error) {
      this.#showGitFailure(error);
    } finally {
      this.#isRunning = false;
    }
  }

  /** A model quotes the placeholders that it was sent; the changes have the secrets. */
  #withSecrets(findings: readonly AttributedFinding[], scope: string): Promise<AttributedFinding[]> {
    return Promise.all(
      findings.map(async (finding) => {
        const restored = await this.#dependencies.secrets.restore(finding.quote, scope, []);
        return "code" in restored ? { ...finding, quote: restored.code } : finding;
      }),
    );
  }

  /** Shows the summary without waiting for the user. */
  #showSummary(sentence: string, [first]: readonly PlacedFinding[]): void {
    const show = async (): Promise<void> => {
      if (!first) return;
      const line = new vscode.Range(first.line, 0, first.line, 0);
      const editor = await vscode.window.showTextDocument(first.uri, { selection: line });
      // Again: VS Code may have opened its list of comments with the file, which takes the lower half of the editor away.
      editor.revealRange(line, vscode.TextEditorRevealType.InCenter);
    };
    showWithActions(
      (...labels) => showInformation(sentence, ...labels),
      first ? { [vscode.l10n.t("Show Worst Finding")]: show } : {},
      this.#dependencies.log,
    );
  }

  #showGitFailure(error: unknown): void {
    this.#dependencies.log.error(`Could not review the changes: ${String(error)}`);
    void showWarning(vscode.l10n.t("Could not read the changes from Git. See Free Models: Show Log for details."));
  }
}

interface ShownReview {
  readonly task: ReviewTask;
  readonly changes: ReviewChanges;
  readonly checked: CheckedReview;
}

/** What the edit is asked for. It has no line numbers, so the code names the line. */
function fixInstruction({ code, title, why }: ReviewedFinding): string {
  const lines = [title, why, code.trim()];
  return vscode.l10n.t("Fix this: {0}", lines.filter((each) => each !== "").join("\n"));
}
