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
import { symbolsOf, until } from "./edits";
import { goodKey, newChat, openWorld, sample, type World } from "./suiteSetup";

const run = promisify(execFile);

suite("Where questions take their material from", () => {
  const root = sample("shop");
  let world: World;
  let repository: Repository;

  const git = (...args: string[]): Promise<unknown> =>
    run("git", ["-c", "user.name=Ada", "-c", "user.email=ada@example.com", ...args], { cwd: root.fsPath });
  const write = (name: string, text: string): Thenable<void> =>
    vscode.workspace.fs.writeFile(vscode.Uri.joinPath(root, name), Buffer.from(text));
  const sent = (): string => JSON.stringify(world.openRouter.chatRequests.at(-1)?.body);

  suiteSetup(async () => {
    world = await openWorld();
    await world.inside.apiKey.save(goodKey);
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
  suiteTeardown(async () => {
    await vscode.commands.executeCommand("git.close", repository);
    await vscode.workspace.fs.delete(root, { recursive: true });
    await world.inside.apiKey.forget();
    await world.close();
  });
  setup(async () => {
    world.openRouter.reset();
    await git("reset", "-q", "--hard");
    await git("clean", "-q", "-f", "-d", "-x");
    await typed("");
  });
  teardown(() => assert.deepEqual(world.openRouter.violations, []));

  /** Into the box. VS Code's window tells the extension host of each change, before it answers anything that is asked later. */
  async function typed(text: string): Promise<void> {
    repository.inputBox.value = text;
    await vscode.commands.getCommands();
  }

  /** What the SCM view hands to its commands. */
  const sourceControl = { rootUri: root };

  // The first of its kind: a text that VS Code has open stays the text that it is.
  test("instructions that are no text are left out, the question is asked all the same, and the log has it once", async () => {
    const log = logLines();
    await writeFile(sample("AGENTS.md").fsPath, Buffer.alloc(64));
    try {
      assert.deepEqual([await projectInstructions(log), await projectInstructions(log)], [[], []]);
      assert.match(log.lines.join("\n"), /^warn Could not read AGENTS\.md; questions are sent without it: .*binary.*$/);
    } finally {
      await rm(sample("AGENTS.md").fsPath);
    }
  });

  test("a folder is listed without what Git ignores", async () => {
    await write("build/out.js", "");
    await write("debug.log", "");
    await write("src/basket.ts", "");
    const { text, label, cut } = await attachFolder(root);
    assert.equal(text, "src/\n  basket.ts\n.gitignore\nprice.ts\n");
    assert.deepEqual([label, cut], ["shop/", undefined]);
    const ignored = await findGitIgnored(["debug.log", "price.ts"].map((name) => vscode.Uri.joinPath(root, name)));
    assert.deepEqual([...ignored], [vscode.Uri.joinPath(root, "debug.log").toString()]);
  });

  test("a folder that cannot be read stays closed in the listing of the one around it", async () => {
    const none = new vscode.EventEmitter<vscode.FileChangeEvent[]>();
    const refuse = (): never => {
      throw vscode.FileSystemError.NoPermissions();
    };
    const attic = vscode.workspace.registerFileSystemProvider("attic", {
      onDidChangeFile: none.event,
      watch: () => new vscode.Disposable(() => undefined),
      stat: () => ({ type: vscode.FileType.Directory, ctime: 0, mtime: 0, size: 0 }),
      readDirectory: ({ path }) =>
        path === "/attic"
          ? [
              ["boxes", vscode.FileType.Directory],
              ["letter.txt", vscode.FileType.File],
            ]
          : refuse(),
      ...{ readFile: refuse, writeFile: refuse, createDirectory: refuse, delete: refuse, rename: refuse },
    });
    try {
      const { text, cut } = await attachFolder(vscode.Uri.parse("attic:/attic"));
      assert.deepEqual([text, cut], ["boxes/ …\nletter.txt\n", "contents of 1 folder"]);
      await assert.rejects(attachFolder(vscode.Uri.parse("attic:/attic/boxes")));
    } finally {
      attic.dispose();
    }
  });

  test("what an answer names is opened at its line when the workspace has it, and nothing else is", async () => {
    const mentions = new CodeLinks();
    await vscode.workspace.fs.copy(sample("src/basket.ts"), vscode.Uri.joinPath(root, "deep/basket.ts"));
    const names = ["src/basket.ts:12", "price.ts#L2", "basket.ts", sample("src/basket.ts").path, "ghost.ts"];
    const hostile = ["../basket.ts", "/etc/passwd", "file:///etc/passwd", "command:noop", "src/*.ts", "{a,b}.ts"];
    assert.deepEqual(await mentions.find([...names, ...hostile]), names.slice(0, 4));

    assert.equal(await mentions.open("src/basket.ts:12"), true);
    const editor = vscode.window.activeTextEditor;
    assert.equal(editor?.document.uri.toString(), sample("src/basket.ts").toString());
    assert.equal(editor.selection.active.line, 11);
    for (const name of hostile) assert.equal(await mentions.open(name), false, name);
    assert.equal(vscode.window.activeTextEditor, editor);
  });

  test("a symbol that an answer names is opened where it is declared", async () => {
    const mentions = new CodeLinks();
    // A language service that still reads the project would keep the names to itself.
    await symbolsOf((await vscode.window.showTextDocument(sample("src/price.ts"))).document);
    const place = new vscode.Location(sample("src/basket.ts"), new vscode.Position(11, 2));
    const provider = vscode.languages.registerWorkspaceSymbolProvider({
      provideWorkspaceSymbols: () => [
        new vscode.SymbolInformation("addOneMore", vscode.SymbolKind.Method, "Basket", place),
        new vscode.SymbolInformation("addOne(title)", vscode.SymbolKind.Method, "Basket", place),
        new vscode.SymbolInformation("addOne", vscode.SymbolKind.Method, "Evil", outside),
      ],
    });
    const outside = new vscode.Location(vscode.Uri.file("/etc/passwd"), place.range);
    try {
      assert.deepEqual(await mentions.find(["Basket.addOne()", "addOneMor", "Evil.addOne", "npm"]), [
        "Basket.addOne()",
      ]);
      assert.equal(await mentions.open("Basket.addOne()"), true);
      assert.equal(vscode.window.activeTextEditor?.document.uri.toString(), place.uri.toString());
      assert.equal(vscode.window.activeTextEditor.selection.active.line, 11);
    } finally {
      provider.dispose();
    }
  });

  suite("Where VS Code cannot search", () => {
    const { findFiles } = vscode.workspace;
    suiteSetup(() =>
      Object.assign(vscode.workspace, { findFiles: () => Promise.reject(new Error("spawn rg ENOENT")) }),
    );
    suiteTeardown(() => Object.assign(vscode.workspace, { findFiles }));

    test("what an answer names is a link when it lies at just that path; so are symbols", async () => {
      const mentions = new CodeLinks();
      const place = new vscode.Location(sample("src/basket.ts"), new vscode.Position(11, 2));
      const symbols = vscode.languages.registerWorkspaceSymbolProvider({
        provideWorkspaceSymbols: () => [
          new vscode.SymbolInformation("addOne", vscode.SymbolKind.Method, "Basket", place),
        ],
      });
      try {
        const real = ["src/basket.ts:12", "shop/price.ts", sample("src/basket.ts").path, "Basket.addOne()"];
        assert.deepEqual(await mentions.find([...real, "shipping.ts", "src", "../basket.ts", "/etc/passwd"]), real);
        assert.equal(await mentions.open("shop/price.ts"), true);
      } finally {
        symbols.dispose();
      }
    });

    test("@ offers the files that are open, and their folders", async () => {
      await vscode.window.showTextDocument(sample("src/basket.ts"));
      const labels = (await findMentions("src")).map(({ label }) => label);
      assert.ok(labels.includes("basket.ts") && labels.includes("src/"), labels.join(", "));
    });
  });

  test("of many symbols named at once, those that were not looked for are looked for when they are named again", async () => {
    const mentions = new CodeLinks();
    const names = Array.from({ length: 30 }, (_, index) => `Basket.add${index}`);
    const place = new vscode.Location(sample("src/basket.ts"), new vscode.Position(11, 2));
    const provider = vscode.languages.registerWorkspaceSymbolProvider({
      provideWorkspaceSymbols: (name) => [
        new vscode.SymbolInformation(name, vscode.SymbolKind.Method, "Basket", place),
      ],
    });
    try {
      assert.deepEqual(await mentions.find(names), names.slice(0, 24));
      assert.deepEqual(await mentions.find(names), names);
    } finally {
      provider.dispose();
    }
  });

  test("a very large folder is listed in part, and what is missing is told", async () => {
    await mkdir(vscode.Uri.joinPath(root, "many").fsPath);
    await Promise.all(
      Array.from({ length: 1_600 }, (_, index) => writeFile(vscode.Uri.joinPath(root, `many/${index}.txt`).fsPath, "")),
    );
    const { text, cut } = await attachFolder(root);
    assert.match(text, /^many\/\n {2}0\.txt\n/);
    assert.match(text, / {2}… 103 more\n/);
    assert.equal(cut, "103 names");
  });

  test("several things of the Explorer are put beside the composer", async () => {
    const conversation = await newChat(world.inside);
    const uris = [sample("src"), sample("src/price.ts"), sample("pictures/sales.png")];
    await vscode.commands.executeCommand("freeModels.addToChat", uris[0], uris);
    assert.deepEqual(
      conversation.draft.attachments.map(({ kind, label }) => [kind, label]),
      [
        ["folder", "src/"],
        ["file", "price.ts"],
        ["image", "sales.png"],
      ],
    );
  });

  test("the staged changes are attached, or else all changes, with the names of new files", async () => {
    await write("price.ts", "export const price = 2;\n");
    await write("new.ts", "export {};\n");
    await vscode.commands.executeCommand("git.refresh", root);
    const all = await newChat(world.inside);
    await vscode.commands.executeCommand("freeModels.askChanges", sourceControl);
    const [changes] = all.draft.attachments;
    assert.ok(changes?.kind === "diff");
    assert.equal(changes.label, "changes in shop");
    assert.match(changes.text, /-export const price = 1;\n\+export const price = 2;\n[^]*\+\+\+ new\.ts\n/);

    await git("add", "new.ts");
    const staged = await newChat(world.inside);
    await vscode.commands.executeCommand("freeModels.askChanges", sourceControl);
    const [chip] = staged.draft.attachments;
    assert.ok(chip?.kind === "diff");
    assert.equal(chip.label, "staged changes in shop");
    assert.doesNotMatch(chip.text, /price/);
  });

  test("the terminal's selection is attached, and the clipboard is as before", async () => {
    const conversation = await newChat(world.inside);
    await vscode.env.clipboard.writeText("mine");
    const shown = Promise.withResolvers<undefined>();
    const said = new vscode.EventEmitter<string>();
    const terminal = vscode.window.createTerminal({
      name: "build",
      pty: { onDidWrite: said.event, open: () => shown.resolve(undefined), close: () => undefined },
    });
    try {
      terminal.show();
      await shown.promise;
      said.fire("error TS2322: not a number\r\n");
      // What the terminal draws is told by no event.
      while (conversation.draft.attachments.length === 0) {
        await vscode.commands.executeCommand("workbench.action.terminal.selectAll");
        await vscode.commands.executeCommand("freeModels.askTerminalSelection");
      }
      const [chip] = conversation.draft.attachments;
      assert.ok(chip?.kind === "terminal");
      assert.equal(chip.label, "terminal build");
      assert.match(chip.text, /^error TS2322: not a number/);
      assert.equal(await vscode.env.clipboard.readText(), "mine");
    } finally {
      terminal.dispose();
    }
  });

  test("an address is the workspace's only where it ends there", () => {
    const here = sample("src/price.ts").toString();
    const elsewhere = [
      "file:///home/ada/.bashrc",
      here.replace("src/price.ts", "../.bashrc"),
      here.replace("src/price.ts", "src/%2e%2e/%2e%2e/.bashrc"),
      "untitled:Untitled-1",
      "price.ts",
      "",
    ];
    assert.deepEqual([here, ...elsewhere].filter(isInWorkspace), [here]);
  });

  suite("The list behind @", () => {
    teardown(() => vscode.commands.executeCommand("workbench.action.closeAllEditors"));

    const rows = async (query: string): Promise<string[]> =>
      (await findMentions(query)).map(({ kind, label, description }) => `${kind} ${label} (${description})`);

    test("finds files, folders and pictures by a few letters, and nothing that Git ignores", async () => {
      assert.equal((await rows("prts"))[0], "file price.ts (shop)");
      assert.equal((await rows("src/pri"))[0], "file price.ts (src)");
      assert.equal((await rows("sales"))[0], "image sales.png (pictures)");
      assert.ok((await rows("reports")).includes("folder reports/ ()"));
      await write("build/price.ts", "");
      assert.ok(!(await rows("price")).includes("file price.ts (shop/build)"));
    });

    test("offers what is on the screen, the changes and the project's instructions, and attaches them", async () => {
      await write("price.ts", "export const price = 2;\n");
      await vscode.workspace.fs.writeFile(sample("AGENTS.md"), Buffer.from("Prices are net.\n"));
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
        await vscode.workspace.fs.delete(sample("AGENTS.md"));
      }
    });

    test("sends no instructions unasked that are a link to a file elsewhere", async () => {
      const { fsPath } = sample("AGENTS.md");
      const elsewhere = vscode.Uri.joinPath(sample("."), "..", "diary.txt").fsPath;
      const told = async (): Promise<string[]> => (await projectInstructions(logLines())).map(({ text }) => text);
      await writeFile(elsewhere, "Dear diary\n");
      await symlink(elsewhere, fsPath);
      try {
        assert.deepEqual(await told(), []);
        await rm(fsPath);
        await writeFile(fsPath, "Prices are net.\n");
        assert.deepEqual(await told(), ["Prices are net.\n"]);
      } finally {
        for (const file of [fsPath, elsewhere]) await rm(file);
      }
    });

    test("offers the problems of the file, each with its lines", async () => {
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

    test("finds what is declared in the workspace by its name, and attaches it whole", async () => {
      await symbolsOf((await vscode.window.showTextDocument(sample("src/price.ts"))).document);
      let found: Mention | undefined;
      // A language service that still reads the project is not waited for.
      await until(async () => {
        found = (await findMentions("discounted")).find(({ kind }) => kind === "symbol");
        return found !== undefined;
      });
      assert.deepEqual([found?.label, found?.description], ["discounted()", "src/price.ts:12"]);
      const [attachment] = await attachMention(found?.id ?? "");
      assert.ok(attachment?.kind === "selection");
      assert.equal(attachment.label, "price.ts:12-15");
      assert.match(attachment.text, /^export function discounted\([^]*\n}$/);
    });

    test("has nothing for what is no row of it", async () => {
      for (const id of ["", "constructor", "problem:", "symbol:1,1:", "nonsense:x"])
        assert.deepEqual(await attachMention(id), [], id);
    });
  });

  suite("What may not be meant to be sent", () => {
    const { showWarningMessage } = vscode.window;
    teardown(() => Object.assign(vscode.window, { showWarningMessage }));

    /** The user's answer to the dialog; resolves to what it says. */
    function answer(label: string | undefined): string[] {
      const asked: string[] = [];
      const dialog = (sentence: string): Promise<string | undefined> => {
        asked.push(sentence);
        return Promise.resolve(label);
      };
      Object.assign(vscode.window, { showWarningMessage: dialog });
      return asked;
    }

    test("is attached only when the user says so, and asked about once", async () => {
      await write("debug.log", "all is well");
      await write("notes.md", `My key is ${goodKey}`);
      const uris = ["debug.log", "notes.md", "price.ts"].map((name) => vscode.Uri.joinPath(root, name));
      const refused = answer(undefined);
      assert.deepEqual(await attachFiles(uris), []);
      assert.deepEqual(refused, [
        "debug.log is ignored by Git and may not be intended for sharing.\n" +
          "notes.md appears to contain an API key or access token.",
      ]);
      answer("Send Anyway");
      assert.equal((await attachFiles(uris)).length, 3);
      const again = answer(undefined);
      assert.equal((await attachFiles(uris)).length, 3);
      assert.deepEqual(again, []);
    });

    test("is asked about behind a link with a harmless name", async () => {
      await write(".netrc", "machine a login b");
      const link = vscode.Uri.joinPath(root, "notes.txt");
      await symlink(vscode.Uri.joinPath(root, ".netrc").fsPath, link.fsPath);
      const asked = answer(undefined);
      assert.deepEqual(await attachFiles([link]), []);
      assert.deepEqual(asked, ["notes.txt → .netrc is a file that usually holds passwords or keys."]);
    });
  });

  suite("A commit message", () => {
    const generate = (): Thenable<unknown> =>
      vscode.commands.executeCommand("freeModels.generateCommitMessage", sourceControl);

    test("is written into the box from what is staged, in the project's style", async () => {
      await write("price.ts", "export const price = 2;\n");
      await git("add", ".");
      await write("price.ts", "export const price = 3;\n");
      world.openRouter.script({ answer: { text: "```\nfix: double the price\n```" } });
      await generate();
      assert.equal(repository.inputBox.value, "fix: double the price");
      assert.match(sent(), /\+export const price = 2;/);
      assert.doesNotMatch(sent(), /price = 3/);
      assert.match(sent(), /Use Conventional Commits/);
      assert.match(sent(), /- feat: sell things/);
    });

    test("starts over when a model breaks off, and what was begun is gone", async () => {
      await write("price.ts", "export const price = 2;\n");
      world.openRouter.script("cut-midway", { answer: { text: "fix: double the price" } });
      await generate();
      assert.equal(repository.inputBox.value, "fix: double the price");
      assert.equal(world.openRouter.chatRequests.length, 2);
    });

    test("leaves the user's own text when it is stopped by a second click", async () => {
      await write("price.ts", "export const price = 2;\n");
      await typed("half a thought");
      world.openRouter.script("stall");
      const written = generate();
      await world.openRouter.chatRequest(1);
      await generate();
      await written;
      assert.equal(repository.inputBox.value, "half a thought");
      assert.match(sent(), /half a thought/);
    });

    test("leaves the user's own text when no model answers", async () => {
      await write("price.ts", "export const price = 2;\n");
      await typed("half a thought");
      world.openRouter.script("401-key");
      await generate();
      assert.equal(repository.inputBox.value, "half a thought");
    });

    test("says what is missing of a long diff, to the model too", async () => {
      await write("price.ts", "export const price = 2;\n".repeat(4_000));
      world.openRouter.script({ answer: { text: "fix: repeat the price" } });
      await generate();
      assert.match(sent(), /left out: [\d,]+ changed lines in 1 file/);
      assert.match(sent(), /more changed lines of this file omitted/);
    });

    test("costs nothing where nothing changed", async () => {
      await generate();
      assert.equal(world.openRouter.chatRequests.length, 0);
      assert.equal(repository.inputBox.value, "");
    });
  });
});
