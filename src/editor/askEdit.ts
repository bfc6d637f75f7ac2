import * as vscode from "vscode";
import type { Place } from "../edit/findPlace";
import { fitLines } from "../edit/indentation";
import { indentationOf } from "../edit/indentationOf";
import { splitLines } from "../edit/lineHunks";
import type { OpenProposal } from "../edit/openProposal";
import type { Proposals } from "../edit/proposals";
import { refusalWords } from "../edit/refusalWords";
import { readReplacement, replacementSoFar } from "../edit/replacementText";
import { abortSignal, DisposableStore } from "../lifecycle";
import type { Log, ModelId, Router } from "../router/index";
import { editRequest } from "./editRequest";
import { tellFailure } from "./failureMessage";

export interface EditTask {
  readonly document: vscode.TextDocument;
  readonly place: Place;
  readonly instruction: string;
  /** Lets the user ask once more, in other words if they like. */
  readonly askAgain: () => unknown;
}

export interface EditWorld {
  readonly router: Pick<Router, "complete">;
  readonly proposals: Proposals;
  /** The user's own instructions for every model; empty for none. */
  readonly instructions: () => string;
  readonly log: Log;
}

/** What came of a question: the whole answer, or nothing because the user stopped it. */
type Outcome = { text: string; truncated: boolean } | "stopped";

/** How often the diff follows the answer, in milliseconds: each time VS Code reads the whole document anew. */
const followMs = 80;

/** Asks a model to edit a part of a document and shows its answer, while it is being written, as a diff. Failures are told. */
export async function askEdit(task: EditTask, world: EditWorld): Promise<void> {
  const { document, place } = task;
  const writer = new EditWriter(task, world);
  try {
    const outcome = await vscode.window.withProgress(
      {
        location: vscode.ProgressLocation.Notification,
        cancellable: true,
        title: vscode.l10n.t("Editing {0}", placeName(document, place)),
      },
      (progress, token) => writer.write(progress, token),
    );
    if (outcome === "stopped") writer.giveUp();
    else await writer.finish(outcome);
  } catch (error) {
    writer.giveUp();
    await tellFailure(error, task.askAgain, world.log);
  }
}

/** One answer on its way into a diff. */
class EditWriter {
  readonly #task: EditTask;
  readonly #world: EditWorld;
  readonly #before: readonly string[];
  #proposal: Promise<OpenProposal> | undefined;
  #shown: OpenProposal | undefined;
  #followed = 0;

  constructor(task: EditTask, world: EditWorld) {
    this.#task = task;
    this.#world = world;
    this.#before = splitLines(task.document.getText());
  }

  get #original(): readonly string[] {
    return this.#before.slice(this.#task.place.start, this.#task.place.end);
  }

  /** Follows the answer to its end. Stops when the user cancels or closes the diff; throws what the router throws. */
  async write(progress: vscode.Progress<{ message?: string }>, token: vscode.CancellationToken): Promise<Outcome> {
    const { document, place, instruction } = this.#task;
    const request = editRequest({
      ...{ lines: this.#before, place, instruction },
      file: vscode.workspace.asRelativePath(document.uri),
      languageId: document.languageId,
      instructions: this.#world.instructions(),
    });
    const store = new DisposableStore();
    const cancelled = store.add(abortSignal(token));
    const closed = new AbortController();
    const signal = AbortSignal.any([cancelled.signal, closed.signal]);
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
            this.#shown?.write([]);
            progress.report({ message: shortName(event.model) });
            break;
          case "model":
            progress.report({ message: shortName(event.model) });
            break;
          case "text-delta":
            text += event.text;
            this.#follow(text, closed);
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
    const { document, askAgain } = this.#task;
    const read = readReplacement({ text, truncated }, { lines: this.#original, languageId: document.languageId });
    if ("refusal" in read) {
      this.giveUp();
      await this.#tell(refusalWords(read.refusal), text);
      return;
    }
    const lines = fitLines(read.lines, this.#original, indentationOf(document));
    if (lines.join("\n") === this.#original.join("\n")) {
      this.giveUp();
      await this.#tell(vscode.l10n.t("The model would leave everything as it is. Ask again in other words."), text);
      return;
    }
    const proposal = await (this.#proposal ??= this.#open(askAgain));
    proposal.finish(lines);
  }

  giveUp(): void {
    void this.#proposal?.then((proposal) => this.#world.proposals.close(proposal));
  }

  #follow(text: string, closed: AbortController): void {
    const lines = replacementSoFar(text);
    if (!lines || lines.length === 0) return;
    this.#proposal ??= this.#open(this.#task.askAgain).then((proposal) => {
      proposal.onDidEnd(() => closed.abort());
      this.#shown = proposal;
      return proposal;
    });
    if (Date.now() - this.#followed < followMs) return;
    this.#followed = Date.now();
    this.#shown?.write(lines);
  }

  #open(askAgain: () => unknown): Promise<OpenProposal> {
    const { document, place } = this.#task;
    return this.#world.proposals.open({ document, before: this.#before, place, askAgain });
  }

  async #tell(sentence: string, answer: string): Promise<void> {
    const [again, show] = [vscode.l10n.t("Ask Again"), vscode.l10n.t("Show Answer")];
    const chosen = await vscode.window.showWarningMessage(sentence, again, show);
    if (chosen === again) await this.#task.askAgain();
    if (chosen === show) {
      const document = await vscode.workspace.openTextDocument({ language: "markdown", content: answer });
      await vscode.window.showTextDocument(document, { viewColumn: vscode.ViewColumn.Beside });
    }
  }
}

/** `basket.ts:12-40` */
export function placeName({ uri, lineCount }: vscode.TextDocument, { start, end }: Place): string {
  const name = uri.path.replace(/^.*\//, "");
  if (start === 0 && end >= lineCount - 1) return name;
  return end - start <= 1 ? `${name}:${start + 1}` : `${name}:${start + 1}-${end}`;
}

function waitWords(until: number): string {
  const time = new Date(until).toLocaleTimeString(vscode.env.language, {
    ...{ hour: "2-digit", minute: "2-digit", second: "2-digit" },
  });
  return vscode.l10n.t("the free models are busy, going on at {0}", time);
}

function shortName(model: ModelId): string {
  return model.replace(/^.*\//, "").replace(/:free$/, "");
}
