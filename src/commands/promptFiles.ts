import * as vscode from "vscode";
import { builtInPrompts, parsePrompt, promptFile, type Prompt } from "./prompts";

export interface StoredPrompt extends Prompt {
  /** From a file of the user: one that replaces a prompt of ours, or one of their own. */
  readonly edited: boolean;
  readonly builtIn: boolean;
}

/** The prompts: ours, and the Markdown files in the folder that replace them or stand beside them. A file exists once it was edited. */
export class PromptFiles {
  constructor(private readonly folder: vscode.Uri) {}

  /** All prompts, ours first, each as it is now. */
  async list(): Promise<readonly StoredPrompt[]> {
    const files = await this.#files();
    const ours = builtInPrompts().map((prompt) => {
      const own = files.get(prompt.id);
      return { ...(own ?? prompt), edited: own !== undefined, builtIn: true };
    });
    const known = new Set<string>(ours.map(({ id }) => id));
    const theirs = [...files.values()].filter(({ id }) => !known.has(id));
    return [...ours, ...theirs.map((prompt) => ({ ...prompt, edited: true, builtIn: false }))];
  }

  /** The file of a prompt, opened; made first where there is none. */
  async open(prompt: Prompt): Promise<void> {
    const uri = this.#uri(prompt.id);
    if (!(await exists(uri))) await vscode.workspace.fs.writeFile(uri, Buffer.from(promptFile(prompt)));
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: false });
  }

  /** Deletes the files that replace prompts of ours; the user's own stay. Resolves to how many there were. */
  async reset(): Promise<number> {
    const edited = (await this.list()).filter((prompt) => prompt.builtIn && prompt.edited);
    for (const { id } of edited) await vscode.workspace.fs.delete(this.#uri(id));
    return edited.length;
  }

  async #files(): Promise<Map<string, Prompt>> {
    const prompts = new Map<string, Prompt>();
    for (const [name, type] of await this.#entries()) {
      if (!(type & vscode.FileType.File) || !name.endsWith(".md")) continue;
      const id = name.slice(0, -".md".length);
      const prompt = parsePrompt(id, await readText(this.#uri(id)));
      // An empty file asks nothing; it is being written, or was emptied to have ours back.
      if (prompt.text !== "") prompts.set(id, prompt);
    }
    return prompts;
  }

  async #entries(): Promise<[string, vscode.FileType][]> {
    try {
      return await vscode.workspace.fs.readDirectory(this.folder);
    } catch (error) {
      if (error instanceof vscode.FileSystemError && error.code === "FileNotFound") return [];
      throw error;
    }
  }

  #uri(id: string): vscode.Uri {
    return vscode.Uri.joinPath(this.folder, `${id}.md`);
  }
}

async function exists(uri: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(uri);
    return true;
  } catch {
    return false;
  }
}

async function readText(uri: vscode.Uri): Promise<string> {
  return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
}
