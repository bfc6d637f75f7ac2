import { randomUUID } from "node:crypto";
import * as vscode from "vscode";
import { readChanges } from "../context/gitChanges";
import { chooseRepository, recentCommitSubjects, getGitApi, repositoryRoot, type Repository } from "../context/git";
import { abortSignal, DisposableStore } from "../lifecycle";
import { commands } from "../manifest";
import { showError, showInformation, showWarning, showWithActions, withProgress } from "../notifications";
import { visibleName } from "../visibleText";
import { isRouterError, type Log, type ModelId, type RouterEvent } from "../router/index";
import type { CommandDependencies } from "./commandDependencies";
import { checkedCommitRequest } from "./checkedCommitRequest";
import { CommitInput } from "./commitInput";
import { messageIn } from "./commitPrompt";
import { showNotice } from "./showNotice";
import { showFailure } from "./showFailure";

/** The maximum length of the diff in characters: about 10,000 tokens, which fits every free model. */
const diffCharacters = 40_000;
/** Interval between updates of the box, in milliseconds. */
const updateIntervalMs = 60;

/** Running generations by repository root: a second click stops one. */
const running = new Map<string, AbortController>();

/**
 * Streams a commit message for the staged changes, or all changes if none are staged, into the repository's input box. `where`: the
 * `SourceControl` that the SCM title passes. Shows failures to the user and restores the previous text.
 */
export async function generateCommitMessage(dependencies: CommandDependencies, where?: unknown): Promise<void> {
  await generate(dependencies, where, `commit message ${randomUUID()}`);
}

/** `scope` identifies the request to the secrets check, also when it is tried again. */
async function generate(dependencies: CommandDependencies, where: unknown, scope: string): Promise<void> {
  const retry = (): Promise<void> => generate(dependencies, where, scope);
  try {
    const git = await getGitApi();
    const repository = git && (await chooseRepository(git, repositoryRoot(where)));
    if (!repository) {
      void showInformation(
        vscode.l10n.t("No Git repository found. Open a folder that contains one, or initialize a repository."),
      );
      return;
    }
    // From the palette, the result would be out of sight.
    if (where === undefined) await vscode.commands.executeCommand("workbench.view.scm");
    const root = repository.rootUri.toString();
    const before = running.get(root);
    if (before) {
      before.abort();
      return;
    }
    const stop = new AbortController();
    running.set(root, stop);
    try {
      await writeMessage(repository, { dependencies, stop, retry, scope });
    } finally {
      running.delete(root);
    }
  } catch (error) {
    if (isRouterError(error)) showFailure("commit message", error, retry, dependencies);
    else showGitFailure(error, dependencies.log);
  }
}

interface Task {
  dependencies: CommandDependencies;
  stop: AbortController;
  retry: () => unknown;
  scope: string;
}

async function writeMessage(repository: Repository, task: Task): Promise<void> {
  const changes =
    (await readChanges(repository, "staged", diffCharacters)) ??
    (await readChanges(repository, "working", diffCharacters));
  if (!changes) {
    void showInformation(vscode.l10n.t("There are no changes to describe."));
    return;
  }
  const subjects = await recentCommitSubjects(repository, 8);
  const box = new CommitInput(repository.inputBox);
  const request = await checkedCommitRequest(
    {
      ...{ changes: changes.text, subjects, written: box.before, scope: task.scope },
      ...(changes.cut !== undefined && { cut: changes.cut }),
      instructions: task.dependencies.instructions(),
      workspaceInstructions: task.dependencies.workspaceInstructions(),
    },
    task.dependencies.secrets,
  );
  if (!request) {
    void showInformation(vscode.l10n.t("Nothing was sent."));
    return;
  }
  await withProgress(vscode.l10n.t("Generating commit message"), async (report, token) => {
    const store = new DisposableStore();
    const signal = AbortSignal.any([store.add(abortSignal(token)).signal, task.stop.signal]);
    const onModel = async (model: ModelId): Promise<void> =>
      report(visibleName(await task.dependencies.modelName(model)));
    try {
      const end = await stream(task.dependencies.router.complete(request, { signal, restartAfterOutput: true }), {
        box,
        onModel,
        stop: task.stop,
      });
      showResult(end, box, task);
    } catch (error) {
      box.restore();
      if (!signal.aborted) throw error;
    } finally {
      store.dispose();
    }
  });
}

type CommitResult = "whole" | "truncated" | "empty" | "edited-by-user";

/** Streams the answer into the box. */
async function stream(
  events: AsyncIterable<RouterEvent>,
  { box, onModel, stop }: { box: CommitInput; onModel: (model: ModelId) => Promise<void>; stop: AbortController },
): Promise<CommitResult> {
  let text = "";
  let updatedAt = 0;
  let truncated = false;
  for await (const event of events) {
    if (box.isEditedByUser) {
      stop.abort();
      return "edited-by-user";
    }
    if (event.type === "attempt-start") {
      // Discards what an earlier attempt wrote.
      text = "";
      box.restore();
    }
    if (event.type === "attempt-start" || event.type === "rival-start" || event.type === "model")
      await onModel(event.model);
    if (event.type === "notice") showNotice(event);
    if (event.type === "text-delta") {
      text += event.text;
      if (Date.now() - updatedAt >= updateIntervalMs && messageIn(text) !== "") {
        updatedAt = Date.now();
        box.write(clean(text));
      }
    }
    if (event.type === "completion-end") truncated = event.finishReason === "length";
  }
  const message = clean(text);
  if (message === "") return "empty";
  box.write(message);
  return truncated ? "truncated" : "whole";
}

function clean(answer: string): string {
  return messageIn(answer.replace(/\r\n?/g, "\n"));
}

/** Shows the result without waiting for the user. */
function showResult(end: CommitResult, box: CommitInput, { retry, dependencies }: Task): void {
  const tryAgain = { [vscode.l10n.t("Try Again")]: retry };
  const warn = (sentence: string): void =>
    showWithActions((...labels) => showWarning(sentence, ...labels), tryAgain, dependencies.log);
  if (end === "empty") {
    box.restore();
    warn(vscode.l10n.t("The model returned no commit message."));
  } else if (end === "truncated") {
    warn(vscode.l10n.t("The commit message was too long and is incomplete."));
  } else if (end === "whole" && box.before.trim() !== "") {
    showWithActions(
      (...labels) => showInformation(vscode.l10n.t("The generated commit message replaced yours."), ...labels),
      { [vscode.l10n.t("Restore My Message")]: () => box.restore() },
      dependencies.log,
    );
  }
}

function showGitFailure(error: unknown, log: Log): void {
  log.error(`Could not generate a commit message: ${String(error)}`);
  showWithActions(
    (...labels) =>
      showError(vscode.l10n.t("Could not read the changes from Git, so no commit message was generated."), ...labels),
    { [vscode.l10n.t("Show Log")]: () => vscode.commands.executeCommand(commands.showLog) },
    log,
  );
}
