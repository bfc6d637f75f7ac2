import * as vscode from "vscode";
import { formatTime } from "../timeFormat";
import type { TextAttachment } from "../context/attachment";
import { confirmAttachments } from "../context/confirmSecrets";
import { readSurroundingCode } from "../context/surroundingCode";
import type { LineRange } from "../proposals/locateCode";
import { fitLines } from "../proposals/indentation";
import { indentationOf } from "../proposals/proposeEdit";
import { splitLines } from "../proposals/lineHunks";
import type { Proposals } from "../proposals/proposals";
import { replacementMessage } from "../proposals/replacementMessage";
import { readReplacement } from "../proposals/replacementText";
import { abortSignal, DisposableStore } from "../lifecycle";
import { showWarning, showWithActions } from "../notifications";
import { escapeMessage } from "../escapeMessage";
import { modelSlug } from "../router/index";
import type { CommandDependencies } from "./commandDependencies";
import { CodePreview } from "./codePreview";
import { editRequest } from "./editRequest";
import { showFailure } from "./showFailure";

export interface EditTask {
  readonly document: vscode.TextDocument;
  readonly lines: LineRange;
  readonly instruction: string;
  /** Lets the user ask once more, in other words if they like. */
  readonly askAgain: () => unknown;
}

/** With all that is sent, as it was when the edit was asked for: the document may change from then on. */
interface PreparedTask extends EditTask {
  readonly before: readonly string[];
  readonly surroundings: string | undefined;
}

/** What came of a question: the whole answer, or nothing because the user stopped it. */
type EditResult = { text: string; truncated: boolean } | "stopped";

/** Asks a model to edit a part of a document and shows its answer, while it is being written, as a diff. Failures are told. */
export async function askEdit(task: EditTask, dependencies: CommandDependencies): Promise<void> {
  const { document, lines } = task;
  const before = splitLines(document.getText());
  const part = await sentPart(document, lines);
  if (!(await confirmAttachments([part]))) return;
  const writer = new EditWriter({ ...task, before, surroundings: part.surroundings }, dependencies);
  try {
    const outcome = await vscode.window.withProgress(
      {
        location: vscode.ProgressLocation.Notification,
        cancellable: true,
        title: vscode.l10n.t("Editing {0}", lineRangeLabel(document, lines)),
      },
      (progress, token) => writer.write(progress, token),
    );
    if (outcome === "stopped") await writer.giveUp();
    else await writer.finish(outcome);
  } catch (error) {
    await writer.giveUp();
    showFailure("edit", error, task.askAgain, dependencies);
  }
}

/** One answer on its way into a diff. */
class EditWriter {
  readonly #task: PreparedTask;
  readonly #dependencies: CommandDependencies;
  #opened: ReturnType<Proposals["open"]> | undefined;
  readonly #codeSoFar = new CodePreview();
  /** The diff was closed, by the user or because it cannot be shown. */
  readonly #closed = new AbortController();

  constructor(task: PreparedTask, dependencies: CommandDependencies) {
    this.#task = task;
    this.#dependencies = dependencies;
  }

  get #original(): readonly string[] {
    const { before, lines } = this.#task;
    return before.slice(lines.start, lines.end);
  }

  /** Follows the answer to its end. Stops when the user cancels or closes the diff; throws what the router throws. */
  async write(progress: vscode.Progress<{ message?: string }>, token: vscode.CancellationToken): Promise<EditResult> {
    const { document, before, lines, surroundings, instruction } = this.#task;
    const request = editRequest({
      ...{ lines: before, place: lines, surroundings, instruction },
      file: vscode.workspace.asRelativePath(document.uri),
      languageId: document.languageId,
      instructions: this.#dependencies.instructions(),
    });
    const store = new DisposableStore();
    const cancelled = store.add(abortSignal(token));
    const signal = AbortSignal.any([cancelled.signal, this.#closed.signal]);
    let text = "";
    try {
      for await (const event of this.#dependencies.router.complete(request, { signal, restartAfterOutput: true })) {
        switch (event.type) {
          case "wait":
            progress.report({ message: waitWords(event.until) });
            break;
          case "attempt-start":
            // What an earlier attempt wrote is void.
            text = "";
            this.#opened?.proposal.write([]);
            progress.report({ message: escapeMessage(modelSlug(event.model)) });
            break;
          case "model":
            progress.report({ message: escapeMessage(modelSlug(event.model)) });
            break;
          case "text-delta":
            text += event.text;
            this.#follow(text);
            break;
          case "completion-end":
            return { text, truncated: event.finishReason === "length" };
          case "notice":
          case "reasoning-delta":
          case "tool-call":
          case "attempt-fail":
            break;
        }
      }
      return { text, truncated: true };
    } catch (error) {
      if (signal.aborted) return "stopped";
      throw error;
    } finally {
      store.dispose();
    }
  }

  /** Makes the whole answer a proposal, or says why it is none. */
  async finish({ text, truncated }: { text: string; truncated: boolean }): Promise<void> {
    const { document } = this.#task;
    const read = readReplacement({ text, truncated }, { lines: this.#original, languageId: document.languageId });
    if ("refusal" in read) {
      await this.giveUp();
      this.#tell(replacementMessage(read.refusal), text);
      return;
    }
    const lines = fitLines(read.lines, this.#original, indentationOf(document));
    if (lines.join("\n") === this.#original.join("\n")) {
      await this.giveUp();
      this.#tell(vscode.l10n.t("The model would leave everything as it is. Ask again in other words."), text);
      return;
    }
    const { proposal, shown } = (this.#opened ??= this.#open());
    proposal.finish(lines);
    await shown;
  }

  async giveUp(): Promise<void> {
    if (this.#opened) await this.#dependencies.proposals.close(this.#opened.proposal);
  }

  #follow(text: string): void {
    const lines = this.#codeSoFar.in(text);
    if (!lines) return;
    const { proposal } = (this.#opened ??= this.#open());
    proposal.write(fitLines(lines, this.#original, indentationOf(this.#task.document)));
  }

  #open(): ReturnType<Proposals["open"]> {
    const { document, before, lines, askAgain } = this.#task;
    const opened = this.#dependencies.proposals.open({ document, before, place: lines, askAgain });
    opened.proposal.ended.addEventListener("abort", () => this.#closed.abort());
    opened.shown.catch((error: unknown) => {
      this.#dependencies.log.error(`The diff cannot be shown: ${String(error)}`);
      this.#closed.abort();
    });
    return opened;
  }

  /** Nobody waits for the user to read it. */
  #tell(sentence: string, answer: string): void {
    const { askAgain } = this.#task;
    const show = async (): Promise<void> => {
      const document = await vscode.workspace.openTextDocument({ language: "markdown", content: answer });
      await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside });
    };
    showWithActions(
      (...labels) => showWarning(sentence, ...labels),
      { [vscode.l10n.t("Ask Again")]: askAgain, [vscode.l10n.t("Show Answer")]: show },
      this.#dependencies.log,
    );
  }
}

/** All that leaves the machine, as what is asked about where it looks secret. */
async function sentPart(document: vscode.TextDocument, place: LineRange): Promise<TextAttachment> {
  const text = document.getText(new vscode.Range(place.start, 0, place.end, 0));
  const surroundings = await readSurroundingCode(document, place, { length: text.length });
  return {
    ...{ id: "", kind: "selection", label: lineRangeLabel(document, place), text, uri: document.uri.toString() },
    ...(surroundings !== undefined && { surroundings }),
  };
}

/** `basket.ts:12-40` */
export function lineRangeLabel({ uri, lineCount }: vscode.TextDocument, { start, end }: LineRange): string {
  const name = uri.path.replace(/^.*\//, "");
  if (start === 0 && end >= lineCount - 1) return name;
  return end - start <= 1 ? `${name}:${start + 1}` : `${name}:${start + 1}-${end}`;
}

function waitWords(until: number): string {
  return vscode.l10n.t("the free models are busy, going on at {0}", formatTime(until, true));
}
