import * as vscode from "vscode";
import { builtInPrompts, parsePrompt, promptFile, type Prompt } from "./prompts";

export interface StoredPrompt extends Prompt {
  /** Whether it comes from the user's file: an override of a built-in prompt, or a prompt of their own. */
  readonly edited: boolean;
  readonly builtIn: boolean;
}

/** The prompts: the built-in ones, and the user's Markdown files, which override them or add new ones. A built-in prompt has a file only once it has been edited. */
export class PromptFiles {
  readonly #folder: vscode.Uri;

  constructor(folder: vscode.Uri) {
    this.#folder = folder;
  }

  /** All prompts, built-in ones first. */
  async list(): Promise<readonly StoredPrompt[]> {
    const files = await this.#files();
    const builtIn = builtInPrompts().map((prompt) => {
      const override = files.get(prompt.id);
      return { ...(override ?? prompt), edited: override !== undefined, builtIn: true };
    });
    const known = new Set<string>(builtIn.map(({ id }) => id));
    const added = [...files.values()].filter(({ id }) => !known.has(id));
    return [...builtIn, ...added.map((prompt) => ({ ...prompt, edited: true, builtIn: false }))];
  }

  /** Opens the file of a prompt. Creates it first if necessary, with its text selected to be replaced. */
  async open(prompt: Prompt): Promise<void> {
    const uri = this.#uri(prompt.id);
    const isNew = !(await exists(uri));
    if (isNew) await vscode.workspace.fs.writeFile(uri, Buffer.from(promptFile(prompt)));
    const document = await vscode.workspace.openTextDocument(uri);
    const selection = isNew && { selection: rangeOf(prompt.text, document) };
    await vscode.window.showTextDocument(document, { preview: false, ...selection });
  }

  /** Deletes the overrides of built-in prompts; the user's own prompts stay. Resolves to the number of deleted files. */
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
      // An empty file is ignored: the user is still writing it, or emptied it to restore the built-in prompt.
      if (prompt.text !== "") prompts.set(id, prompt);
    }
    return prompts;
  }

  async #entries(): Promise<[string, vscode.FileType][]> {
    try {
      return await vscode.workspace.fs.readDirectory(this.#folder);
    } catch (error) {
      if (error instanceof vscode.FileSystemError && error.code === "FileNotFound") return [];
      throw error;
    }
  }

  #uri(id: string): vscode.Uri {
    return vscode.Uri.joinPath(this.#folder, `${id}.md`);
  }
}

/** Where the document has the text last. */
function rangeOf(text: string, document: vscode.TextDocument): vscode.Range {
  const start = document.getText().lastIndexOf(text);
  return new vscode.Range(document.positionAt(start), document.positionAt(start + text.length));
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
