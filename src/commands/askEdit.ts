import * as vscode from "vscode";
import { clock } from "../timeFormat";
import type { TextAttachment } from "../context/attachment";
import { surroundingsOf } from "../context/surroundingCode";
import type { Place } from "../proposals/locateCode";
import { fitLines } from "../proposals/indentation";
import { indentationOf } from "../proposals/indentationOf";
import { splitLines } from "../proposals/lineHunks";
import type { Proposals } from "../proposals/proposals";
import { refusalWords } from "../proposals/replacementMessage";
import { readReplacement } from "../proposals/replacementText";
import { abortSignal, DisposableStore } from "../lifecycle";
import { showWarning } from "../notifications";
import { plain } from "../escapeMessage";
import { modelSlug, type Router } from "../router/index";
import { CodeSoFar } from "./codePreview";
import { editRequest } from "./editRequest";
import { tellFailure, type FailureWorld } from "./showFailure";
import { offer } from "./offer";

export interface EditTask {
  readonly document: vscode.TextDocument;
  readonly place: Place;
  readonly instruction: string;
  /** Lets the user ask once more, in other words if they like. */
  readonly askAgain: () => unknown;
}

/** With all that is sent, as it was when the edit was asked for: the document may change from then on. */
interface PreparedTask extends EditTask {
  readonly before: readonly string[];
  readonly surroundings: string | undefined;
}

export interface EditWorld extends FailureWorld {
  readonly router: Pick<Router, "complete">;
  readonly proposals: Proposals;
  /** The user's own instructions for every model; empty for none. */
  readonly instructions: () => string;
  /** Asks the user where a text looks secret; false where it must not be sent. */
  readonly confirm: (text: TextAttachment) => Promise<boolean>;
}

/** What came of a question: the whole answer, or nothing because the user stopped it. */
type Outcome = { text: string; truncated: boolean } | "stopped";

/** Asks a model to edit a part of a document and shows its answer, while it is being written, as a diff. Failures are told. */
export async function askEdit(task: EditTask, world: EditWorld): Promise<void> {
  const { document, place } = task;
  const before = splitLines(document.getText());
  const part = await sentPart(document, place);
  if (!(await world.confirm(part))) return;
  const writer = new EditWriter({ ...task, before, surroundings: part.surroundings }, world);
  try {
    const outcome = await vscode.window.withProgress(
      {
        location: vscode.ProgressLocation.Notification,
        cancellable: true,
        title: vscode.l10n.t("Editing {0}", placeName(document, place)),
      },
      (progress, token) => writer.write(progress, token),
    );
    if (outcome === "stopped") await writer.giveUp();
    else await writer.finish(outcome);
  } catch (error) {
    await writer.giveUp();
    tellFailure("edit", error, task.askAgain, world);
  }
}

/** One answer on its way into a diff. */
class EditWriter {
  readonly #task: PreparedTask;
  readonly #world: EditWorld;
  #opened: ReturnType<Proposals["open"]> | undefined;
  readonly #codeSoFar = new CodeSoFar();
  /** The diff was closed, by the user or because it cannot be shown. */
  readonly #closed = new AbortController();

  constructor(task: PreparedTask, world: EditWorld) {
    this.#task = task;
    this.#world = world;
  }

  get #original(): readonly string[] {
    const { before, place } = this.#task;
    return before.slice(place.start, place.end);
  }

  /** Follows the answer to its end. Stops when the user cancels or closes the diff; throws what the router throws. */
  async write(progress: vscode.Progress<{ message?: string }>, token: vscode.CancellationToken): Promise<Outcome> {
    const { document, before, place, surroundings, instruction } = this.#task;
    const request = editRequest({
      ...{ lines: before, place, surroundings, instruction },
      file: vscode.workspace.asRelativePath(document.uri),
      languageId: document.languageId,
      instructions: this.#world.instructions(),
    });
    const store = new DisposableStore();
    const cancelled = store.add(abortSignal(token));
    const signal = AbortSignal.any([cancelled.signal, this.#closed.signal]);
    let text = "";
    try {
      for await (const event of this.#world.router.complete(request, { signal, restartAfterOutput: true })) {
        switch (event.type) {
          case "wait":
            progress.report({ message: waitWords(event.until) });
            break;
          case "attempt-start":
            // What an earlier attempt wrote is void.
            text = "";
            this.#opened?.proposal.write([]);
            progress.report({ message: plain(modelSlug(event.model)) });
            break;
          case "model":
            progress.report({ message: plain(modelSlug(event.model)) });
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
      this.#tell(refusalWords(read.refusal), text);
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
    if (this.#opened) await this.#world.proposals.close(this.#opened.proposal);
  }

  #follow(text: string): void {
    const lines = this.#codeSoFar.in(text);
    if (!lines) return;
    const { proposal } = (this.#opened ??= this.#open());
    proposal.write(fitLines(lines, this.#original, indentationOf(this.#task.document)));
  }

  #open(): ReturnType<Proposals["open"]> {
    const { document, before, place, askAgain } = this.#task;
    const opened = this.#world.proposals.open({ document, before, place, askAgain });
    opened.proposal.ended.addEventListener("abort", () => this.#closed.abort());
    opened.shown.catch((error: unknown) => {
      this.#world.log.error(`The diff cannot be shown: ${String(error)}`);
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
    offer(
      (...labels) => showWarning(sentence, ...labels),
      { [vscode.l10n.t("Ask Again")]: askAgain, [vscode.l10n.t("Show Answer")]: show },
      this.#world.log,
    );
  }
}

/** All that leaves the machine, as what is asked about where it looks secret. */
async function sentPart(document: vscode.TextDocument, place: Place): Promise<TextAttachment> {
  const text = document.getText(new vscode.Range(place.start, 0, place.end, 0));
  const surroundings = await surroundingsOf(document, place, { length: text.length });
  return {
    ...{ id: "", kind: "selection", label: placeName(document, place), text, uri: document.uri.toString() },
    ...(surroundings !== undefined && { surroundings }),
  };
}

/** `basket.ts:12-40` */
export function placeName({ uri, lineCount }: vscode.TextDocument, { start, end }: Place): string {
  const name = uri.path.replace(/^.*\//, "");
  if (start === 0 && end >= lineCount - 1) return name;
  return end - start <= 1 ? `${name}:${start + 1}` : `${name}:${start + 1}-${end}`;
}

function waitWords(until: number): string {
  return vscode.l10n.t("the free models are busy, going on at {0}", clock(until, true));
}
