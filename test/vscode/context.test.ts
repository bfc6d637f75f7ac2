import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, rm, symlink, writeFile } from "node:fs/promises";
import { promisify } from "node:util";
import * as vscode from "vscode";
import { attachFiles } from "../../src/context/attachFiles";
import { attachFolder } from "../../src/context/attachFolder";
import { getGitApi, type Repository } from "../../src/context/git";
import { findGitIgnored } from "../../src/context/gitIgnore";
import { isInWorkspace } from "../../src/context/inWorkspace";
import { projectInstructions } from "../../src/context/instructions";
import { CodeLinks } from "../../src/context/codeLinks";
import { attachMention, findMentions } from "../../src/context/mentions";
import type { Mention } from "../../src/context/attachment";
import { logLines } from "../support/logLines";
import { startChat } from "./chats";
import { sampleFile, waitForSymbols } from "./editors";
import { setUpSuite, validKey } from "./suiteSetup";
import { poll } from "./waitFor";
import { withStubs } from "./withStubs";

const run = promisify(execFile);

describe("Context of a question", () => {
  const context = setUpSuite();
  const root = sampleFile("shop");
  let repository: Repository;

  const git = (...args: string[]): Promise<unknown> =>
    run("git", ["-c", "user.name=Ada", "-c", "user.email=ada@example.com", ...args], { cwd: root.fsPath });
  const write = (name: string, text: string): Thenable<void> =>
    vscode.workspace.fs.writeFile(vscode.Uri.joinPath(root, name), Buffer.from(text));
  const sent = (): string => JSON.stringify(context.openRouter.chatRequests.at(-1)?.body);

  before(async () => {
    await write(".gitignore", "build/\n*.log\n");
    await write("price.ts", "export const price = 1;\n");
    await git("init", "-q");
    await git("add", ".");
    await git("commit", "-q", "-m", "feat: sell things");
    const api = await getGitApi();
    assert.ok(api, "VS Code's git extension has no API");
    await vscode.commands.executeCommand("git.openRepository", root.fsPath);
    const found = api.getRepository(root);
    assert.ok(found, "the repository was not opened");
    repository = found;
  });
  after(async () => {
    await vscode.commands.executeCommand("git.close", repository);
    await vscode.workspace.fs.delete(root, { recursive: true });
  });
  beforeEach(async () => {
    await git("reset", "-q", "--hard");
    await git("clean", "-q", "-f", "-d", "-x");
    await typeCommitMessage("");
  });

  /** Types into the commit box. VS Code reports the change to the extension host before it answers a later call. */
  async function typeCommitMessage(text: string): Promise<void> {
    repository.inputBox.value = text;
    await vscode.commands.getCommands();
  }

  /** The argument that the SCM view passes to its commands. */
  const sourceControl = { rootUri: root };

  // First, because VS Code would keep the text of a document that an earlier test opened.
  test("sends a question without instructions that are not text, and logs that once", async () => {
    const log = logLines();
    await writeFile(sampleFile("AGENTS.md").fsPath, Buffer.alloc(64));
    try {
      assert.deepEqual([await projectInstructions(log), await projectInstructions(log)], [[], []]);
      assert.match(log.lines.join("\n"), /^warn Could not read AGENTS\.md; questions are sent without it: .*binary.*$/);
    } finally {
      await rm(sampleFile("AGENTS.md").fsPath);
    }
  });

  test("lists a folder without files that Git ignores", async () => {
    await write("build/out.js", "");
    await write("debug.log", "");
    await write("src/basket.ts", "");
    const { text, label, cut } = await attachFolder(root);
    assert.equal(text, "src/\n  basket.ts\n.gitignore\nprice.ts\n");
    assert.deepEqual([label, cut], ["shop/", undefined]);
    const ignored = await findGitIgnored(["debug.log", "price.ts"].map((name) => vscode.Uri.joinPath(root, name)));
    assert.deepEqual([...ignored], [vscode.Uri.joinPath(root, "debug.log").toString()]);
  });

  test("lists a folder that cannot be read without its contents", async () => {
    const changes = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
    const refuse = (): never => {
      throw vscode.FileSystemError.NoPermissions();
    };
    const registration = vscode.workspace.registerFileSystemProvider("restricted", {
      onDidChangeFile: changes.event,
      watch: () => new vscode.Disposable(() => undefined),
      stat: () => ({ type: vscode.FileType.Directory, ctime: 0, mtime: 0, size: 0 }),
      readDirectory: ({ path }) =>
        path === "/folder"
          ? [
              ["private", vscode.FileType.Directory],
              ["public.txt", vscode.FileType.File],
            ]
          : refuse(),
      ...{ readFile: refuse, writeFile: refuse, createDirectory: refuse, delete: refuse, rename: refuse },
    });
    try {
      const { text, cut } = await attachFolder(vscode.Uri.parse("restricted:/folder"));
      assert.deepEqual([text, cut], ["private/ …\npublic.txt\n", "contents of 1 folder"]);
      await assert.rejects(attachFolder(vscode.Uri.parse("restricted:/folder/private")));
    } finally {
      registration.dispose();
    }
  });

  test("opens a file that an answer names at its line, and nothing outside the workspace", async () => {
    const codeLinks = new CodeLinks();
    await vscode.workspace.fs.copy(sampleFile("src/basket.ts"), vscode.Uri.joinPath(root, "deep/basket.ts"));
    const names = ["src/basket.ts:12", "price.ts#L2", "basket.ts", sampleFile("src/basket.ts").path, "ghost.ts"];
    const hostile = ["../basket.ts", "/etc/passwd", "file:///etc/passwd", "command:noop", "src/*.ts", "{a,b}.ts"];
    assert.deepEqual((await codeLinks.find([...names, ...hostile])).found, names.slice(0, 4));
    const places = [
      "src/basket.ts:2",
      "src/basket.ts:9000",
      "src/ghost.ts",
      "ghost.ts:7",
      "ghost.ts",
      "node.js",
      "npm test",
    ];
    assert.deepEqual((await codeLinks.find(places)).missing, places.slice(1, 4));

    assert.equal(await codeLinks.open("src/basket.ts:12"), true);
    const editor = vscode.window.activeTextEditor;
    assert.equal(editor?.document.uri.toString(), sampleFile("src/basket.ts").toString());
    assert.equal(editor.selection.active.line, 11);
    for (const name of hostile) assert.equal(await codeLinks.open(name), false, name);
    assert.equal(vscode.window.activeTextEditor, editor);
  });

  test("opens a symbol that an answer names at its declaration", async () => {
    const codeLinks = new CodeLinks();
    // A language service that is still indexing the project reports no symbols.
    await waitForSymbols((await vscode.window.showTextDocument(sampleFile("src/price.ts"))).document);
    const place = new vscode.Location(sampleFile("src/basket.ts"), new vscode.Position(11, 2));
    const provider = vscode.languages.registerWorkspaceSymbolProvider({
      provideWorkspaceSymbols: () => [
        new vscode.SymbolInformation("addOneMore", vscode.SymbolKind.Method, "Basket", place),
        new vscode.SymbolInformation("addOne(title)", vscode.SymbolKind.Method, "Basket", place),
        new vscode.SymbolInformation("addOne", vscode.SymbolKind.Method, "Evil", outside),
      ],
    });
    const outside = new vscode.Location(vscode.Uri.file("/etc/passwd"), place.range);
    try {
      assert.deepEqual((await codeLinks.find(["Basket.addOne()", "addOneMor", "Evil.addOne", "npm"])).found, [
        "Basket.addOne()",
      ]);
      assert.equal(await codeLinks.open("Basket.addOne()"), true);
      assert.equal(vscode.window.activeTextEditor?.document.uri.toString(), place.uri.toString());
      assert.equal(vscode.window.activeTextEditor.selection.active.line, 11);
    } finally {
      provider.dispose();
    }
  });

  describe("Without VS Code's search", () => {
    const stubs = { findFiles: () => Promise.reject(new Error("spawn rg ENOENT")) };

    test("links files at exactly the named path, and symbols", async () => {
      const codeLinks = new CodeLinks();
      const place = new vscode.Location(sampleFile("src/basket.ts"), new vscode.Position(11, 2));
      const symbols = vscode.languages.registerWorkspaceSymbolProvider({
        provideWorkspaceSymbols: () => [
          new vscode.SymbolInformation("addOne", vscode.SymbolKind.Method, "Basket", place),
        ],
      });
      try {
        const real = ["src/basket.ts:12", "shop/price.ts", sampleFile("src/basket.ts").path, "Basket.addOne()"];
        const names = [...real, "shipping.ts", "src", "../basket.ts", "/etc/passwd"];
        await withStubs(vscode.workspace, stubs, async () => {
          assert.deepEqual((await codeLinks.find(names)).found, real);
          assert.equal(await codeLinks.open("shop/price.ts"), true);
        });
      } finally {
        symbols.dispose();
      }
    });

    test("@ lists open files and their folders", async () => {
      await vscode.window.showTextDocument(sampleFile("src/basket.ts"));
      const mentions = await withStubs(vscode.workspace, stubs, () => findMentions("src"));
      const labels = mentions.map(({ label }) => label);
      assert.ok(labels.includes("basket.ts") && labels.includes("src/"), labels.join(", "));
    });
  });

  test("looks up the symbols over the limit in the next call", async () => {
    const codeLinks = new CodeLinks();
    const names = Array.from({ length: 30 }, (_, index) => `Basket.add${index}`);
    const place = new vscode.Location(sampleFile("src/basket.ts"), new vscode.Position(11, 2));
    const provider = vscode.languages.registerWorkspaceSymbolProvider({
      provideWorkspaceSymbols: (name) => [
        new vscode.SymbolInformation(name, vscode.SymbolKind.Method, "Basket", place),
      ],
    });
    try {
      assert.deepEqual((await codeLinks.find(names)).found, names.slice(0, 24));
      assert.deepEqual((await codeLinks.find(names)).found, names);
    } finally {
      provider.dispose();
    }
  });

  test("lists a very large folder in part, with the number of omitted entries", async () => {
    await mkdir(vscode.Uri.joinPath(root, "many").fsPath);
    await Promise.all(
      Array.from({ length: 1_600 }, (_, index) => writeFile(vscode.Uri.joinPath(root, `many/${index}.txt`).fsPath, "")),
    );
    const { text, cut } = await attachFolder(root);
    assert.match(text, /^many\/\n {2}0\.txt\n/);
    assert.match(text, / {2}… 103 more\n/);
    assert.equal(cut, "103 entries");
  });

  test("attaches several items from the Explorer", async () => {
    const conversation = await startChat(context.testApi);
    const uris = [sampleFile("src"), sampleFile("src/price.ts"), sampleFile("pictures/sales.png")];
    await vscode.commands.executeCommand("freeModels.addToChat", uris[0], uris);
    assert.deepEqual(
      conversation.draft.content.attachments.map(({ kind, label }) => [kind, label]),
      [
        ["folder", "src/"],
        ["file", "price.ts"],
        ["image", "sales.png"],
      ],
    );
  });

  test("attaches the staged changes or else all changes, with the names of new files", async () => {
    await write("price.ts", "export const price = 2;\n");
    await write("new.ts", "export {};\n");
    await vscode.commands.executeCommand("git.refresh", root);
    const all = await startChat(context.testApi);
    await vscode.commands.executeCommand("freeModels.askChanges", sourceControl);
    const [changes] = all.draft.content.attachments;
    assert.ok(changes?.kind === "diff");
    assert.equal(changes.label, "changes in shop");
    assert.match(changes.text, /-export const price = 1;\n\+export const price = 2;\n[^]*\+\+\+ new\.ts\n/);

    await git("add", "new.ts");
    const staged = await startChat(context.testApi);
    await vscode.commands.executeCommand("freeModels.askChanges", sourceControl);
    const [attachment] = staged.draft.content.attachments;
    assert.ok(attachment?.kind === "diff");
    assert.equal(attachment.label, "staged changes in shop");
    assert.doesNotMatch(attachment.text, /price/);
  });

  test("attaches the terminal's selection and restores the clipboard", async () => {
    const conversation = await startChat(context.testApi);
    await vscode.env.clipboard.writeText("my text");
    const opened = Promise.withResolvers<undefined>();
    const output = new vscode.EventEmitter<string>();
    const terminal = vscode.window.createTerminal({
      name: "build",
      pty: { onDidWrite: output.event, open: () => opened.resolve(undefined), close: () => undefined },
    });
    try {
      terminal.show();
      await opened.promise;
      output.fire("error TS2322: not a number\r\n");
      // No event reports that the terminal has rendered the text.
      while (conversation.draft.content.attachments.length === 0) {
        await vscode.commands.executeCommand("workbench.action.terminal.selectAll");
        await vscode.commands.executeCommand("freeModels.askTerminalSelection");
      }
      const [attachment] = conversation.draft.content.attachments;
      assert.ok(attachment?.kind === "terminal");
      assert.equal(attachment.label, "terminal build");
      assert.match(attachment.text, /^error TS2322: not a number/);
      assert.equal(await vscode.env.clipboard.readText(), "my text");
    } finally {
      terminal.dispose();
    }
  });

  test("accepts only URIs that resolve to a file in the workspace", () => {
    const here = sampleFile("src/price.ts").toString();
    const elsewhere = [
      "file:///home/ada/.bashrc",
      here.replace("src/price.ts", "../.bashrc"),
      here.replace("src/price.ts", "src/%2e%2e/%2e%2e/.bashrc"),
      here.replace("src/price.ts", "src%5C..%5C..%5C.bashrc"),
      here.replace("price.ts", "price.ts:stream"),
      here.replace("price.ts", "nul"),
      "untitled:Untitled-1",
      "price.ts",
      "",
    ];
    assert.deepEqual([here, ...elsewhere].filter(isInWorkspace), [here]);
  });

  describe("The @ list", () => {
    const rows = async (query: string): Promise<string[]> =>
      (await findMentions(query)).map(({ kind, label, description }) => `${kind} ${label} (${description})`);

    test("finds files, folders and images by a few letters, and nothing that Git ignores", async () => {
      assert.equal((await rows("prts"))[0], "file price.ts (shop)");
      assert.equal((await rows("src/pri"))[0], "file price.ts (src)");
      assert.equal((await rows("sales"))[0], "image sales.png (pictures)");
      assert.ok((await rows("reports")).includes("folder reports/ ()"));
      await write("build/price.ts", "");
      assert.ok(!(await rows("price")).includes("file price.ts (shop/build)"));
    });

    test("lists the active file, the changes and the project instructions, and attaches them", async () => {
      await write("price.ts", "export const price = 2;\n");
      await vscode.workspace.fs.writeFile(sampleFile("AGENTS.md"), Buffer.from("Prices are net.\n"));
      try {
        await vscode.window.showTextDocument(vscode.Uri.joinPath(root, "price.ts"));
        const found = await findMentions("");
        const attached = async (label: string): Promise<string> => {
          const source = found.find((each) => each.label === label);
          assert.ok(source, label);
          const [attachment] = await attachMention(source.id);
          assert.ok(attachment && attachment.kind !== "image", label);
          return `${attachment.kind}: ${attachment.text}`;
        };
        assert.equal(await attached("Current File"), "file: export const price = 2;\n");
        assert.match(await attached("Changes"), /^diff: diff --git [^]*\+export const price = 2;\n$/);
        assert.equal(await attached("Project Instructions"), "instructions: Prices are net.\n");
      } finally {
        await vscode.workspace.fs.delete(sampleFile("AGENTS.md"));
      }
    });

    test("does not send instructions that link to a file outside the folder", async () => {
      const { fsPath } = sampleFile("AGENTS.md");
      const elsewhere = vscode.Uri.joinPath(sampleFile("."), "..", "diary.txt").fsPath;
      const instructions = async (): Promise<string[]> =>
        (await projectInstructions(logLines())).map(({ text }) => text);
      await writeFile(elsewhere, "Dear diary\n");
      await symlink(elsewhere, fsPath);
      try {
        assert.deepEqual(await instructions(), []);
        await rm(fsPath);
        await writeFile(fsPath, "Prices are net.\n");
        assert.deepEqual(await instructions(), ["Prices are net.\n"]);
      } finally {
        for (const file of [fsPath, elsewhere]) await rm(file);
      }
    });

    test("lists the problems of the file and attaches them with their lines", async () => {
      const problems = vscode.languages.createDiagnosticCollection("test");
      const uri = vscode.Uri.joinPath(root, "price.ts");
      problems.set(uri, [new vscode.Diagnostic(new vscode.Range(0, 13, 0, 18), "Too cheap")]);
      try {
        await vscode.window.showTextDocument(uri);
        const source = (await findMentions("cheap")).find(({ kind }) => kind === "problem");
        assert.deepEqual([source?.label, source?.description], ["Too cheap", "price.ts:1"]);
        const [attachment] = await attachMention(source?.id ?? "");
        assert.ok(attachment?.kind === "problem");
        assert.match(attachment.text, /^Too cheap\n> 1: export const price = 1;\n/);
      } finally {
        problems.dispose();
      }
    });

    test("finds a symbol of the workspace by its name and attaches its whole declaration", async () => {
      await waitForSymbols((await vscode.window.showTextDocument(sampleFile("src/price.ts"))).document);
      let found: Mention | undefined;
      // The search does not wait for a language service that is still indexing the project.
      await poll(async () => {
        found = (await findMentions("discounted")).find(({ kind }) => kind === "symbol");
        return found !== undefined;
      });
      assert.deepEqual([found?.label, found?.description], ["discounted()", "src/price.ts:12"]);
      const [attachment] = await attachMention(found?.id ?? "");
      assert.ok(attachment?.kind === "selection");
      assert.equal(attachment.label, "price.ts:12-15");
      assert.match(attachment.text, /^export function discounted\([^]*\n}$/);
    });

    test("attaches nothing for an unknown id", async () => {
      for (const id of ["", "constructor", "problem:", "symbol:1,1:", "nonsense:x"])
        assert.deepEqual(await attachMention(id), [], id);
    });
  });

  describe("A file that Git ignores", () => {
    /** Attaches the files and clicks `button` in each dialog. Resolves to the number of attachments and the texts of the dialogs. */
    async function attachWithAnswer(
      button: string | undefined,
      uris: readonly vscode.Uri[],
    ): Promise<{ attached: number; dialogs: string[] }> {
      const dialogs: string[] = [];
      const showWarningMessage = (message: string): Promise<string | undefined> => {
        dialogs.push(message);
        return Promise.resolve(button);
      };
      const attachments = await withStubs(vscode.window, { showWarningMessage }, () => attachFiles(uris));
      return { attached: attachments.length, dialogs };
    }

    test("is attached only after a confirmation, which is requested once", async () => {
      await write("debug.log", "all is well");
      const uris = ["debug.log", "price.ts"].map((name) => vscode.Uri.joinPath(root, name));
      const dialogs = ["debug.log is ignored by Git and may not be intended for sharing."];
      assert.deepEqual(await attachWithAnswer(undefined, uris), { attached: 0, dialogs });
      assert.deepEqual(await attachWithAnswer("Send Anyway", uris), { attached: 2, dialogs });
      assert.deepEqual(await attachWithAnswer(undefined, uris), { attached: 2, dialogs: [] });
    });

    test("is attached without a confirmation if it looks like a secret, because the secrets check asks", async () => {
      await write("secret.log", `My key is ${validKey}`);
      const uris = [vscode.Uri.joinPath(root, "secret.log")];
      assert.deepEqual(await attachWithAnswer(undefined, uris), { attached: 1, dialogs: [] });
    });
  });

  describe("A commit message", () => {
    const generate = (): Thenable<unknown> =>
      vscode.commands.executeCommand("freeModels.generateCommitMessage", sourceControl);

    test("is generated from the staged changes, in the project's style", async () => {
      await write("price.ts", "export const price = 2;\n");
      await git("add", ".");
      await write("price.ts", "export const price = 3;\n");
      context.openRouter.script({ answer: { text: "```\nfix: double the price\n```" } });
      await generate();
      assert.equal(repository.inputBox.value, "fix: double the price");
      assert.match(sent(), /\+export const price = 2;/);
      assert.doesNotMatch(sent(), /price = 3/);
      assert.match(sent(), /Use Conventional Commits/);
      assert.match(sent(), /- feat: sell things/);
    });

    test("is shown in Source Control if it is asked for in the palette", async () => {
      await write("price.ts", "export const price = 2;\n");
      context.openRouter.script({ answer: { text: "fix: double the price" } });
      const { executeCommand } = vscode.commands;
      const executed: string[] = [];
      const stub = (id: string, ...args: unknown[]): Thenable<unknown> => {
        executed.push(id);
        return executeCommand(id, ...args);
      };
      await withStubs(vscode.commands, { executeCommand: stub }, async () => {
        await executeCommand("freeModels.generateCommitMessage");
      });
      assert.ok(executed.includes("workbench.view.scm"), executed.join(", "));
      assert.equal(repository.inputBox.value, "fix: double the price");
    });

    test("starts over without the partial text if a model is interrupted", async () => {
      await write("price.ts", "export const price = 2;\n");
      context.openRouter.script("cut-midway", { answer: { text: "fix: double the price" } });
      await generate();
      assert.equal(repository.inputBox.value, "fix: double the price");
      assert.equal(context.openRouter.chatRequests.length, 2);
    });

    test("restores the user's text if a second click stops it", async () => {
      await write("price.ts", "export const price = 2;\n");
      await typeCommitMessage("half a thought");
      context.openRouter.script("stall");
      const written = generate();
      await context.openRouter.chatRequest(1);
      await generate();
      await written;
      assert.equal(repository.inputBox.value, "half a thought");
      assert.match(sent(), /half a thought/);
    });

    test("restores the user's text if no model answers", async () => {
      await write("price.ts", "export const price = 2;\n");
      await typeCommitMessage("half a thought");
      context.openRouter.script("401-key");
      await generate();
      assert.equal(repository.inputBox.value, "half a thought");
    });

    test("tells the model what is omitted from a long diff", async () => {
      await write("price.ts", "export const price = 2;\n".repeat(4_000));
      context.openRouter.script({ answer: { text: "fix: repeat the price" } });
      await generate();
      assert.match(sent(), /omitted: [\d,]+ changed lines in 1 file/);
      assert.match(sent(), /more changed lines of this file omitted/);
    });

    test("sends no request if a possible secret in the diff is held back", async () => {
      await write("price.ts", `export const key = "${validKey}";\n`);
      const dialogs: string[] = [];
      const showWarningMessage = (message: string): Promise<string> => {
        dialogs.push(message);
        return Promise.resolve("Hold Back");
      };
      await withStubs(vscode.window, { showWarningMessage }, async () => generate());
      assert.match(dialogs.join("\n"), /^The diff › price\.ts \(line \d+\) appears to contain .*: sk-o…/);
      assert.equal(context.openRouter.chatRequests.length, 0);
    });

    test("sends no request if there are no changes", async () => {
      await generate();
      assert.equal(context.openRouter.chatRequests.length, 0);
      assert.equal(repository.inputBox.value, "");
    });
  });
});
