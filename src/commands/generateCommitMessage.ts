import * as vscode from "vscode";
import { readChanges } from "../context/gitChanges";
import { chooseRepository, recentCommitSubjects, getGitApi, repositoryRoot, type Repository } from "../context/git";
import { confirmTexts } from "../context/confirmSecrets";
import { abortSignal, DisposableStore } from "../lifecycle";
import { commands } from "../manifest";
import { showError, showInformation, showWarning, showWithActions } from "../notifications";
import { escapeMessage } from "../escapeMessage";
import { isRouterError, modelSlug, type Log, type Router } from "../router/index";
import type { CommandDependencies } from "./commandDependencies";
import { CommitInput } from "./commitInput";
import { commitRequest, messageIn } from "./commitPrompt";
import { showFailure } from "./showFailure";

/** The most of a diff that is sent, in characters: some 10,000 tokens, which every free model can read. */
const diffCharacters = 40_000;
/** How often the box follows the answer, in milliseconds. */
const followMs = 60;

/** By the repository's root: what is being written, so that a second click stops it. */
const running = new Map<string, AbortController>();

/**
 * Writes a commit message for what is staged, or else for what is changed, into the repository's input box. `where` is what the SCM title
 * hands over: a `SourceControl`. Failures are told; the text that stood in the box comes back then.
 */
export async function generateCommitMessage(dependencies: CommandDependencies, where?: unknown): Promise<void> {
  const again = (): Promise<void> => generateCommitMessage(dependencies, where);
  try {
    const git = await getGitApi();
    const repository = git && (await chooseRepository(git, repositoryRoot(where)));
    if (!repository) {
      void showInformation(
        vscode.l10n.t("There is no Git repository here. Open a folder that is one, or initialize one."),
      );
      return;
    }
    const root = repository.rootUri.toString();
    const before = running.get(root);
    if (before) {
      before.abort();
      return;
    }
    const stop = new AbortController();
    running.set(root, stop);
    try {
      await writeMessage(repository, { dependencies, stop, again });
    } finally {
      running.delete(root);
    }
  } catch (error) {
    if (isRouterError(error)) showFailure("commit message", error, again, dependencies);
    else tellGitFailure(error, dependencies.log);
  }
}

interface Task {
  dependencies: CommandDependencies;
  stop: AbortController;
  again: () => unknown;
}

async function writeMessage(repository: Repository, task: Task): Promise<void> {
  const changes =
    (await readChanges(repository, "staged", diffCharacters)) ??
    (await readChanges(repository, "working", diffCharacters));
  if (!changes) {
    void showInformation(vscode.l10n.t("There are no changes to describe. Change something, or stage a file."));
    return;
  }
  if (!(await confirmTexts([{ label: vscode.l10n.t("The diff"), text: changes.text }]))) return;
  const box = new CommitInput(repository.inputBox);
  const request = commitRequest({
    changes: changes.text,
    ...(changes.cut !== undefined && { cut: changes.cut }),
    subjects: await recentCommitSubjects(repository, 8),
    written: box.before,
    instructions: task.dependencies.instructions(),
  });
  await vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      cancellable: true,
      title: vscode.l10n.t("Writing a commit message"),
    },
    async (progress, token) => {
      const store = new DisposableStore();
      const signal = AbortSignal.any([store.add(abortSignal(token)).signal, task.stop.signal]);
      const onModel = (model: string): void => progress.report({ message: escapeMessage(modelSlug(model)) });
      try {
        const end = await stream(task.dependencies.router.complete(request, { signal, restartAfterOutput: true }), {
          box,
          onModel,
          stop: task.stop,
        });
        tellEnd(end, box, task);
      } catch (error) {
        box.restore();
        if (!signal.aborted) throw error;
      } finally {
        store.dispose();
      }
    },
  );
}

type End = "whole" | "truncated" | "empty" | "taken";

/** Lets the box follow the answer. */
async function stream(
  events: ReturnType<Router["complete"]>,
  { box, onModel, stop }: { box: CommitInput; onModel: (model: string) => void; stop: AbortController },
): Promise<End> {
  let text = "";
  let followed = 0;
  let truncated = false;
  for await (const event of events) {
    if (box.taken) {
      stop.abort();
      return "taken";
    }
    if (event.type === "attempt-start") {
      // What an earlier attempt wrote is void.
      text = "";
      box.restore();
    }
    if (event.type === "attempt-start" || event.type === "model") onModel(event.model);
    if (event.type === "text-delta") {
      text += event.text;
      if (Date.now() - followed >= followMs && messageIn(text) !== "") {
        followed = Date.now();
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

/** Nobody waits for the user to read it. */
function tellEnd(end: End, box: CommitInput, { again, dependencies }: Task): void {
  const tryAgain = { [vscode.l10n.t("Try Again")]: again };
  const warn = (sentence: string): void =>
    showWithActions((...labels) => showWarning(sentence, ...labels), tryAgain, dependencies.log);
  if (end === "empty") {
    box.restore();
    warn(vscode.l10n.t("The model wrote no commit message."));
  } else if (end === "truncated") {
    warn(vscode.l10n.t("The commit message became too long and breaks off."));
  } else if (end === "whole" && box.before.trim() !== "") {
    showWithActions(
      (...labels) => showInformation(vscode.l10n.t("The commit message replaced what you had written."), ...labels),
      { [vscode.l10n.t("Bring Mine Back")]: () => box.restore() },
      dependencies.log,
    );
  }
}

function tellGitFailure(error: unknown, log: Log): void {
  log.error(`A commit message failed: ${String(error)}`);
  showWithActions(
    (...labels) =>
      showError(vscode.l10n.t("Git could not tell what changed, so there is no commit message."), ...labels),
    { [vscode.l10n.t("Show Log")]: () => vscode.commands.executeCommand(commands.showLog) },
    log,
  );
}
