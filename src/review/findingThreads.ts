import * as vscode from "vscode";
import type { Disposable } from "../lifecycle";
import { contextKeys, reviewController } from "../manifest";
import type { ModelId } from "../router/index";
import { visibleLines, visibleName } from "../visibleText";
import type { Severity } from "./answeredFindings";
import type { ReviewedFinding } from "./reviewOutcome";

/** A finding at its place in a file. `line` is zero-based. */
export interface PlacedFinding {
  readonly finding: ReviewedFinding;
  readonly uri: vscode.Uri;
  readonly line: number;
  /** The URI of its repository. */
  readonly repository: string;
  /** Whether the review before did not have it; `undefined` in the first review. */
  readonly isNew: boolean | undefined;
}

/** A finding and the thread that shows it. */
export interface FindingThread {
  readonly thread: vscode.CommentThread;
  readonly placed: PlacedFinding;
}

/**
 * Findings as comment threads in files, and in diffs whose right side is the file. Their texts are plain strings: VS Code renders Markdown
 * in comments with remote images, which would tell a server that they were read.
 */
export class FindingThreads implements Disposable {
  readonly #controller = vscode.comments.createCommentController(
    reviewController,
    vscode.l10n.t("Review by Free Models"),
  );
  readonly #modelName: (id: ModelId) => Promise<string>;
  #open: readonly FindingThread[] = [];

  /** `modelName` returns the name of a model as everywhere. */
  constructor(modelName: (id: ModelId) => Promise<string>) {
    this.#modelName = modelName;
  }

  /** The open findings, the worst first. */
  get all(): readonly FindingThread[] {
    return this.#open;
  }

  /** Shows these findings instead of earlier ones. */
  async show(placed: readonly PlacedFinding[]): Promise<void> {
    const names = await Promise.all(placed.map(({ finding }) => this.#modelName(finding.model)));
    this.closeAll();
    this.#setOpen(
      placed.map((each, index) => ({ thread: this.#createThread(each, names[index] ?? ""), placed: each })),
    );
  }

  closeAll(): void {
    for (const { thread } of this.#open) thread.dispose();
    this.#setOpen([]);
  }

  close({ thread }: FindingThread): void {
    thread.dispose();
    this.#setOpen(this.#open.filter((each) => each.thread !== thread));
  }

  dispose(): void {
    this.#controller.dispose();
  }

  #createThread({ finding, uri, line, isNew }: PlacedFinding, author: string): vscode.CommentThread {
    const comment: vscode.Comment = {
      author: { name: visibleName(author) },
      body: findingText(finding),
      mode: vscode.CommentMode.Preview,
    };
    const thread = this.#controller.createCommentThread(uri, new vscode.Range(line, 0, line, 0), [comment]);
    thread.canReply = false;
    thread.contextValue = "finding";
    thread.label = threadLabel(finding.severity, isNew);
    thread.collapsibleState = vscode.CommentThreadCollapsibleState.Expanded;
    return thread;
  }

  #setOpen(open: readonly FindingThread[]): void {
    this.#open = open;
    void vscode.commands.executeCommand("setContext", contextKeys.findingsShown, open.length > 0);
  }
}

/** The title and the reason, with hidden characters made visible. */
function findingText({ title, why }: ReviewedFinding): string {
  return visibleLines(why === "" ? title : `${title}\n\n${why}`);
}

export function severityLabel(severity: Severity): string {
  switch (severity) {
    case "high":
      return vscode.l10n.t("High severity");
    case "medium":
      return vscode.l10n.t("Medium severity");
    case "low":
      return vscode.l10n.t("Low severity");
  }
}

function threadLabel(severity: Severity, isNew: boolean | undefined): string {
  const label = severityLabel(severity);
  return isNew === true ? vscode.l10n.t("{0} (new since the last review)", label) : label;
}
