import * as vscode from "vscode";
import { formatTime } from "../timeFormat";
import type { TextAttachment } from "../context/attachment";
import { confirmIgnored } from "../context/confirmIgnored";
import { displayPath } from "../context/displayPath";
import { displayName } from "../context/location";
import type { CheckedRequest } from "../context/secretsCheck";
import { readSurroundingCode } from "../context/surroundingCode";
import type { LineRange } from "../context/lineRange";
import { withoutFileName } from "../proposals/codeFileName";
import { fitLines } from "../proposals/indentation";
import { indentationOf } from "../proposals/documentIndentation";
import { splitLines } from "../proposals/lineHunks";
import type { OpenProposal } from "../proposals/openProposal";
import { replacementMessage } from "../proposals/replacementProblem";
import { readReplacement } from "../proposals/readReplacement";
import { abortSignal, after, DisposableStore, MutableDisposable, type Disposable } from "../lifecycle";
import { showInformation, showWarning, showWithActions, withProgress } from "../notifications";
import { visibleName } from "../visibleText";
import type { ModelId } from "../router/index";
import type { CommandDependencies } from "./commandDependencies";
import { PartialCodeReader, updateIntervalMs } from "./partialCodeReader";
import { checkedEditRequest } from "./checkedEditRequest";
import { showNotice } from "./showNotice";
import { showFailure } from "./showFailure";

export interface EditTask {
  readonly document: vscode.TextDocument;
  readonly lines: LineRange;
  readonly instruction: string;
  /** Identifies the edit, also when the user asks again. */
  readonly id: string;
  /** Lets the user request the edit again, with a changed instruction if they like. */
  readonly askAgain: () => unknown;
}

/** A task with the text of the document when the edit was requested: it may change afterwards. */
interface PreparedTask extends EditTask {
  readonly before: readonly string[];
  readonly request: CheckedRequest;
}

interface EditAnswer {
  readonly text: string;
  readonly truncated: boolean;
  /** The model that wrote the complete answer. */
  readonly model?: ModelId;
}

/** The complete answer, or `stopped` by the user. */
type EditResult = EditAnswer | "stopped";

/** Requests an edit of part of a document and streams it into a diff. Shows failures to the user. */
export async function askEdit(task: EditTask, dependencies: CommandDependencies): Promise<void> {
  const { document, lines } = task;
  const before = splitLines(document.getText());
  const part = await sentPart(document, lines);
  if (!(await confirmIgnored([part]))) return;
  const request = await checkedEditRequest(
    {
      ...{ lines: before, place: lines, surroundings: part.surroundings, instruction: task.instruction },
      ...{ uri: document.uri, label: part.label, scope: task.id },
      file: displayPath(document.uri),
      languageId: document.languageId,
      instructions: dependencies.instructions(),
      workspaceInstructions: dependencies.workspaceInstructions(),
    },
    dependencies.secrets,
  );
  if (!request) {
    showNothingSent(task, dependencies);
    return;
  }
  const writer = await EditWriter.start({ ...task, before, request }, dependencies);
  try {
    const title = vscode.l10n.t("Editing {0}", lineRangeLabel(document, lines));
    const outcome = await withProgress(title, (report, token) => writer.write(report, token));
    if (outcome === "stopped") await writer.discard();
    else await writer.finish(outcome);
  } catch (error) {
    await writer.discard();
    showFailure("edit", error, task.askAgain, dependencies, writer.showReceived);
  }
}

/** Streams one answer into a diff, which opens with its first code. Until then, the lines are marked in the editor. */
class EditWriter {
  readonly #task: PreparedTask;
  readonly #dependencies: CommandDependencies;
  readonly #proposal: OpenProposal;
  readonly #codeSoFar = new PartialCodeReader();
  /** What the last model that began to answer has written, also if its attempt failed. */
  #received = "";
  /** The diff, as soon as it opens. */
  #shown: Promise<void> | undefined;
  /** Aborts when the diff cannot be shown. */
  readonly #failed = new AbortController();

  private constructor(task: PreparedTask, dependencies: CommandDependencies, proposal: OpenProposal) {
    this.#task = task;
    this.#dependencies = dependencies;
    this.#proposal = proposal;
  }

  static async start(task: PreparedTask, dependencies: CommandDependencies): Promise<EditWriter> {
    const { document, before, lines, askAgain } = task;
    return new EditWriter(
      task,
      dependencies,
      await dependencies.proposals.open({ document, before, range: lines, askAgain }),
    );
  }

  get #original(): readonly string[] {
    const { before, lines } = this.#task;
    return before.slice(lines.start, lines.end);
  }

  /** Streams the answer to its end. Stops when the user cancels or closes the diff; throws what the router throws. */
  async write(report: (message: string) => void, token: vscode.CancellationToken): Promise<EditResult> {
    const { request } = this.#task;
    const store = new DisposableStore();
    const cancelled = store.add(abortSignal(token));
    const pause = store.add(new MutableDisposable<Disposable>());
    const signal = AbortSignal.any([cancelled.signal, this.#proposal.ended, this.#failed.signal]);
    const reportModel = async (model: ModelId): Promise<void> => {
      const name = visibleName(await this.#dependencies.modelName(model));
      report(name);
      this.#proposal.progress = vscode.l10n.t("Editing with {0}…", name);
    };
    let text = "";
    try {
      for await (const event of this.#dependencies.router.complete(request, { signal, restartAfterOutput: true })) {
        switch (event.type) {
          case "wait":
            // With a model, the request has been sent and is waited for.
            if (event.model !== undefined) break;
            report(waitText(event.until));
            this.#proposal.progress = vscode.l10n.t("Editing: {0}", waitText(event.until));
            break;
          case "attempt-start":
            // Discards what an earlier attempt wrote.
            text = "";
            this.#proposal.write([]);
            await reportModel(event.model);
            break;
          case "rival-start":
          case "model":
            await reportModel(event.model);
            break;
          case "text-delta":
            text += event.text;
            this.#received = text;
            // What comes too soon after an update is shown when the model pauses.
            pause.value = this.#updatePreview(text)
              ? undefined
              : after(updateIntervalMs, () => this.#updatePreview(text));
            break;
          case "completion-end":
            return { text, truncated: event.finishReason === "length", model: event.model };
          case "notice":
            showNotice(event);
            break;
          case "attempt-slow":
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

  /** Completes the proposal, or shows why the answer cannot be applied. */
  async finish({ text, truncated, model }: EditAnswer): Promise<void> {
    const { document } = this.#task;
    const replacement = readReplacement(
      { text, truncated },
      { lines: this.#original, languageId: document.languageId },
    );
    if ("problem" in replacement) {
      await this.discard();
      this.#warn(replacementMessage(replacement.problem), text);
      return;
    }
    const { secrets } = this.#dependencies;
    const { id, before } = this.#task;
    const restored = await secrets.restore(replacement.lines.join("\n"), id, [
      before.join("\n"),
      this.#task.instruction,
    ]);
    if ("problem" in restored) {
      await this.discard();
      this.#warn(restored.problem, text);
      return;
    }
    const code = withoutFileName(restored.code, document.uri.path, this.#original.join("\n"));
    const lines = fitLines(splitLines(code), this.#original, indentationOf(document));
    if (lines.join("\n") === this.#original.join("\n")) {
      await this.discard();
      this.#warn(vscode.l10n.t("The model suggested no changes. Rephrase the instruction and try again."), text);
      return;
    }
    this.#proposal.finish(lines, () => {
      if (model !== undefined) this.#dependencies.router.feedback(model, "applied");
    });
    await this.#show();
  }

  /** Shows what has been received of the answer; `undefined` if nothing has. */
  get showReceived(): (() => Promise<void>) | undefined {
    return this.#received === "" ? undefined : () => this.#dependencies.answers.show(this.#received);
  }

  async discard(): Promise<void> {
    await this.#dependencies.proposals.close(this.#proposal);
  }

  /** Shows the code so far. Returns false if there is none, or if the last update was just before. */
  #updatePreview(text: string): boolean {
    const lines = this.#codeSoFar.read(text);
    if (!lines) return false;
    this.#proposal.write(fitLines(lines, this.#original, indentationOf(this.#task.document)));
    if (this.#shown) return true;
    this.#show().catch((error: unknown) => {
      this.#dependencies.log.error(`Could not show the diff: ${String(error)}`);
      this.#failed.abort();
    });
    return true;
  }

  #show(): Promise<void> {
    return (this.#shown ??= this.#dependencies.proposals.show(this.#proposal));
  }

  /** Shows a warning without waiting for the user. */
  #warn(sentence: string, answer: string): void {
    const { askAgain } = this.#task;
    const { answers, log } = this.#dependencies;
    const show = (): Promise<void> => answers.show(answer);
    showWithActions(
      (...labels) => showWarning(sentence, ...labels),
      { [vscode.l10n.t("Ask Again")]: askAgain, [vscode.l10n.t("Show Answer")]: show },
      log,
    );
  }
}

/** Informs the user without waiting, and offers to change the instruction. */
function showNothingSent({ askAgain }: EditTask, { log }: CommandDependencies): void {
  showWithActions(
    (...labels) => showInformation(vscode.l10n.t("Nothing was sent."), ...labels),
    { [vscode.l10n.t("Ask Again")]: askAgain },
    log,
  );
}

/** The part of the document that is sent, as an attachment. */
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
  const name = displayName(uri.path);
  if (start === 0 && end >= lineCount - 1) return name;
  return end - start <= 1 ? `${name}:${start + 1}` : `${name}:${start + 1}-${end}`;
}

function waitText(until: number): string {
  return vscode.l10n.t("free models are busy, continuing at {0}", formatTime(until, true));
}
