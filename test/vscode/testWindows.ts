import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Sandbox } from "../support/sandbox";

/** A window and the tests that run in it. */
export interface TestWindow {
  /** The folder of the tests below dist/test/vscode. */
  tests: string;
  /** Creates what the window opens, and resolves to its path: a folder or a .code-workspace file. */
  create: (sandbox: Sandbox) => Promise<string>;
}

export const testWindows: readonly TestWindow[] = [
  { tests: ".", create: ({ workspace }) => Promise.resolve(workspace) },
  { tests: "multiRoot", create: multiRoot },
  // The tests add the folder, once its file system is there: VS Code can drop a folder that it cannot read at the start.
  { tests: "virtual", create: ({ folder }) => workspaceFile(folder, "virtual", []) },
];

/** Two folders with files of the same names. */
async function multiRoot({ folder }: Sandbox): Promise<string> {
  const root = path.join(folder, "multi-root");
  for (const name of ["app", "lib"]) {
    await mkdir(path.join(root, name, "src"), { recursive: true });
    await writeFile(path.join(root, name, "AGENTS.md"), `These are the rules of ${name}.\n`);
    await writeFile(path.join(root, name, "src", "price.ts"), `export const price = "${name}";\n`);
  }
  return workspaceFile(root, "multi-root", [{ path: "app" }, { path: "lib" }]);
}

async function workspaceFile(folder: string, name: string, folders: readonly object[]): Promise<string> {
  const file = path.join(folder, `${name}.code-workspace`);
  await writeFile(file, JSON.stringify({ folders }));
  return file;
}
