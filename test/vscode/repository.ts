import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import * as vscode from "vscode";
import { getGitApi, type Repository } from "../../src/context/git";
import { waitFor } from "./waitFor";

const run = promisify(execFile);

/** A new Git repository on disk that VS Code has opened. */
export interface TestRepository {
  readonly root: vscode.Uri;
  readonly repository: Repository;
  /** Runs Git in the repository. */
  git(...args: string[]): Promise<unknown>;
  /** Writes a file. If VS Code has it open, waits until VS Code has read it again. */
  write(name: string, text: string): Promise<void>;
  /** Closes it in VS Code and deletes it. */
  close(): Promise<void>;
}

/** Creates a repository in a folder, with these files as its first commit on the branch `main`. */
export async function createRepository(
  root: vscode.Uri,
  files: Readonly<Record<string, string>>,
): Promise<TestRepository> {
  const git = (...args: string[]): Promise<unknown> =>
    run("git", ["-c", "user.name=Ada", "-c", "user.email=ada@example.com", ...args], { cwd: root.fsPath });
  const { workspace } = vscode;
  const write = async (name: string, text: string): Promise<void> => {
    const uri = vscode.Uri.joinPath(root, name);
    await workspace.fs.writeFile(uri, Buffer.from(text));
    const isRead = (): boolean =>
      workspace.textDocuments.every((each) => each.uri.toString() !== uri.toString() || each.getText() === text);
    await waitFor(isRead, workspace.onDidChangeTextDocument, workspace.onDidCloseTextDocument);
  };
  for (const [name, text] of Object.entries(files)) await write(name, text);
  await git("init", "-q", "-b", "main");
  await git("add", ".");
  await git("commit", "-q", "-m", "Sell things");
  const api = await getGitApi();
  assert.ok(api, "VS Code's git extension has no API");
  await vscode.commands.executeCommand("git.openRepository", root.fsPath);
  const repository = api.getRepository(root);
  assert.ok(repository, "the repository was not opened");
  return {
    ...{ root, repository, git, write },
    async close() {
      await vscode.commands.executeCommand("git.close", repository);
      await vscode.workspace.fs.delete(root, { recursive: true });
    },
  };
}
