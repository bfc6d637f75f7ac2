import assert from "node:assert/strict";
import * as vscode from "vscode";
import { OpenProposal } from "../../src/proposals/openProposal";
import {
  askEdit,
  codeOf,
  leaveEdits,
  lensesOf,
  newFile,
  proposalTab,
  proposes,
  selectLines,
  symbolsOf,
  undo,
} from "./edits";
import { goodKey, openWorld, sample, seen, select, type World } from "./suiteSetup";

suite("Edits as diffs", () => {
  let world: World;

  suiteSetup(async () => {
    world = await openWorld();
    await world.inside.apiKey.save(goodKey);
  });
  suiteTeardown(async () => {
    await world.inside.apiKey.forget();
    await world.close();
  });
  setup(() => world.openRouter.reset());
  teardown(() => leaveEdits(world));

  const edit = (answer: string, more: { finishReason?: string } = {}): Promise<void> => askEdit(world, answer, more);

  suite("A selection", () => {
    test("the diff stands beside the file, which changes when it is accepted, and is back after one undo", async () => {
      const { document } = await select("src/basket.ts", [18, 22]);
      const before = document.getText();
      await edit(
        `Sure! Here you go:\n\n${codeOf("ts", "remove(title: string): void {\n  this.lines.length = 0;\n}")}\nEnjoy.`,
      );

      const tab = proposalTab();
      assert.equal(tab?.input.original.toString(), document.uri.toString());
      assert.equal(tab.label, "basket.ts: proposed edit");
      assert.equal(document.getText(), before);
      const after = [
        ...before.split("\n").slice(0, 17),
        ...["  remove(title: string): void {", "    this.lines.length = 0;", "  }"],
        ...before.split("\n").slice(22),
      ].join("\n");
      await proposes(after);

      await vscode.commands.executeCommand("freeModels.acceptEdit");
      assert.equal(document.getText(), after);
      assert.equal(proposalTab(), undefined);
      await undo(document);
      assert.equal(document.getText(), before);
    });

    test("what is sent is the part, the lines around it and the instruction", async () => {
      await select("src/price.ts", [12, 15]);
      await edit(codeOf("ts", "x"));
      const [request] = world.openRouter.chatRequests;
      const sent = JSON.stringify(request!.body);
      assert.equal(world.openRouter.chatRequests.length, 1);
      for (const words of ["src/price.ts", "Make it better", "const factor = copies", "For orientation"])
        assert.ok(sent.includes(words), words);
    });

    test("with nothing selected it is about the function around the cursor", async () => {
      const editor = await newFile("cursor.ts", "function a() {\n  one();\n}\n\nfunction b() {\n  two();\n}\n");
      editor.selection = new vscode.Selection(5, 4, 5, 4);
      await symbolsOf(editor.document);
      await edit(codeOf("ts", "function b() {\n  three();\n}"));
      await vscode.commands.executeCommand("freeModels.acceptEdit");
      assert.equal(editor.document.getText(), "function a() {\n  one();\n}\n\nfunction b() {\n  three();\n}\n");
    });

    test("rejected, the file is as it was and the diff is gone", async () => {
      const { document } = await select("src/price.ts", [1, 5]);
      const before = document.getText();
      await edit(codeOf("ts", "export type Price = number;"));
      await vscode.commands.executeCommand("freeModels.rejectEdit");
      await seen(() => !proposalTab(), vscode.window.tabGroups.onDidChangeTabs);
      assert.equal(document.getText(), before);
      assert.equal(document.isDirty, false);
    });
  });

  suite("Change by change", () => {
    const numbers = Array.from({ length: 9 }, (_, index) => `line ${index + 1}`);
    const text = numbers.join("\n");
    const wanted = text.replace("line 2", "two").replace("line 5", "five\nand a half").replace("line 8\n", "");

    async function propose(): Promise<vscode.TextDocument> {
      const editor = await newFile("numbers.txt", text);
      await selectLines(editor, 1, 9);
      await edit(codeOf("", wanted));
      await proposes(wanted);
      return editor.document;
    }

    test("each has Accept and Reject above it, the first also Accept all", async () => {
      const document = await propose();
      assert.deepEqual(
        (await lensesOf(document)).map(({ range, command }) => `${range.start.line + 1} ${command?.title ?? ""}`),
        [
          ...["2 $(check) Accept", "2 $(close) Reject", "2 Accept all 3 changes", "2 Reject all"],
          ...["5 $(check) Accept", "5 $(close) Reject", "8 $(check) Accept", "8 $(close) Reject"],
        ],
      );
    });

    test("some accepted, some rejected, in any order; each acceptance is one undo step", async () => {
      const document = await propose();
      await press(document, 8, "Accept");
      await press(document, 2, "Reject");
      await proposes(wanted.replace("two", "line 2"));
      await press(document, 5, "Accept");
      const decided = wanted.replace("two", "line 2");
      assert.equal(document.getText(), decided);
      assert.equal(proposalTab(), undefined);
      await undo(document);
      assert.equal(document.getText(), text.replace("line 8\n", ""));
    });

    test("undoing an acceptance brings the change back", async () => {
      const document = await propose();
      await press(document, 2, "Accept");
      assert.equal((await lensesOf(document)).length, 6);
      await undo(document);
      assert.equal(document.getText(), text);
      assert.equal((await lensesOf(document)).length, 8);
      await proposes(wanted);
    });

    test("the one at the cursor", async () => {
      const document = await propose();
      await vscode.window.showTextDocument(document, { selection: new vscode.Range(4, 0, 4, 0) });
      await vscode.commands.executeCommand("freeModels.acceptHunk");
      assert.equal(document.getText(), text.replace("line 5", "five\nand a half"));
    });

    async function press(document: vscode.TextDocument, line: number, title: string): Promise<void> {
      const lens = (await lensesOf(document)).find(
        ({ range, command }) => range.start.line === line - 1 && command?.title.endsWith(title),
      );
      assert.ok(lens?.command, `no ${title} above line ${line}`);
      await vscode.commands.executeCommand(lens.command.command, ...((lens.command.arguments ?? []) as unknown[]));
    }

    test("the file changed elsewhere meanwhile: merged", async () => {
      const document = await propose();
      await change(document, 0, "line 1", "LINE 1");
      await change(document, 6, "line 7", "seven\nand more");
      await vscode.commands.executeCommand("freeModels.acceptEdit");
      assert.equal(document.getText(), wanted.replace("line 1", "LINE 1").replace("line 7", "seven\nand more"));
    });

    test("the same lines changed meanwhile: never overwritten, the rest is merged, and undoing brings the change back", async () => {
      const document = await propose();
      await change(document, 1, "line 2", "mine");
      await proposes(wanted.replace("two", "mine"));
      assert.equal((await lensesOf(document)).length, 6);
      await undo(document);
      await proposes(wanted);
      await change(document, 1, "line 2", "mine");
      await vscode.commands.executeCommand("freeModels.acceptEdit");
      assert.equal(document.getText(), wanted.replace("two", "mine"));
    });

    test("changed while the answer is being written", async () => {
      const editor = await newFile("numbers.txt", text);
      await selectLines(editor, 1, 9);
      world.openRouter.script({ answer: { text: codeOf("", wanted) } });
      world.openRouter.setPace({ firstContentMs: 50 });
      const edited = vscode.commands.executeCommand("freeModels.editSelection", { instruction: "Better" });
      await world.openRouter.chatRequest(1);
      await change(editor.document, 8, "line 9", "line nine");
      await edited;
      world.openRouter.setPace({ firstContentMs: 0 });
      await vscode.commands.executeCommand("freeModels.acceptEdit");
      assert.equal(editor.document.getText(), wanted.replace("line 9", "line nine"));
    });

    test("a text is compared once, however many ask, and anew when it changes or something is decided", async () => {
      const { document } = await newFile("numbers.txt", text);
      let reads = 0;
      const counted = new Proxy(document, {
        get: (target, name): unknown => {
          if (name === "getText") reads++;
          return Reflect.get(target, name);
        },
      });
      const place = { start: 0, end: numbers.length };
      const proposal = new OpenProposal(document.uri, { document: counted, before: numbers, place });
      assert.equal(proposal.standing.open.length, 0);
      const ask = (): number => {
        reads = 0;
        proposal.documentChanged();
        assert.deepEqual([typeof proposal.text, proposal.isDecided], ["string", false]);
        return reads;
      };
      proposal.finish(wanted.split("\n"));
      assert.equal(proposal.standing.open.length, 3);
      assert.equal(ask(), 0);
      await change(document, 0, "line 1", "LINE 1");
      assert.equal(ask(), 1);
      assert.equal(proposal.text, wanted.replace("line 1", "LINE 1"));
      proposal.reject([0]);
      assert.equal(proposal.text, wanted.replace("line 1", "LINE 1").replace("two", "line 2"));
      proposal.dispose();
    });

    test("menus are told when there is something new for them, and not with every letter", async () => {
      const document = await propose();
      const told: unknown[] = [];
      const { executeCommand } = vscode.commands;
      const listened = (command: string, ...more: unknown[]): Thenable<unknown> => {
        if (command === "setContext") told.push(more[0]);
        return executeCommand(command, ...more);
      };
      Object.assign(vscode.commands, { executeCommand: listened });
      try {
        await change(document, 0, "line 1", "LINE 1");
        await proposes(wanted.replace("line 1", "LINE 1"));
        assert.equal(told.join(), "");
        await vscode.commands.executeCommand("freeModels.rejectEdit");
        assert.ok(told.includes("freeModels.proposalOpen"));
      } finally {
        Object.assign(vscode.commands, { executeCommand });
      }
    });

    test("closed and changed on disk meanwhile: what has no place any more is not taken for accepted", async () => {
      const uri = sample("edits/closed/numbers.txt");
      await vscode.workspace.fs.writeFile(uri, Buffer.from(text));
      // Not through the API, which keeps what it opened.
      await vscode.commands.executeCommand("vscode.open", uri);
      const document = vscode.window.activeTextEditor?.document;
      assert.equal(document?.uri.toString(), uri.toString());
      const place = { start: 0, end: numbers.length };
      const proposal = new OpenProposal(uri.with({ scheme: "none" }), { document, before: numbers, place });
      proposal.finish(wanted.split("\n"));
      await vscode.commands.executeCommand("workbench.action.closeAllEditors");
      await seen(() => document.isClosed, vscode.workspace.onDidCloseTextDocument);
      await vscode.workspace.fs.writeFile(uri, Buffer.from(text.replace("line 2", "mine")));

      await proposal.accept();
      assert.equal(proposal.document.getText(), wanted.replace("two", "mine"));
      assert.equal(proposal.standing.displaced, 1);
      assert.equal(proposal.isDecided, false);
      proposal.dispose();
    });

    async function change(document: vscode.TextDocument, line: number, from: string, to: string): Promise<void> {
      const edit = new vscode.WorkspaceEdit();
      edit.replace(document.uri, new vscode.Range(line, 0, line, from.length), to);
      assert.ok(await vscode.workspace.applyEdit(edit));
    }
  });

  suite("An answer that is none", () => {
    const answers: readonly [what: string, text: string, finishReason?: string][] = [
      ["words alone", "I think this code is fine as it is."],
      ["two blocks", `${codeOf("ts", "a();")}\nor\n${codeOf("ts", "b();")}`],
      ["another language", codeOf("python", "def a():\n  pass")],
      ["cut in the middle of the block", "```ts\nremove(title: string): void {\n  this.li"],
      ["out of room", codeOf("ts", "remove(title: string): void {"), "length"],
      ["with a placeholder for code", codeOf("ts", "remove(title: string): void {\n  // ... existing code ...\n}")],
    ];
    for (const [what, text, finishReason] of answers)
      test(`${what}: nothing is changed, and no diff is left`, async () => {
        const { document } = await select("src/basket.ts", [18, 22]);
        const before = document.getText();
        await edit(text, finishReason === undefined ? {} : { finishReason });
        await seen(() => !proposalTab(), vscode.window.tabGroups.onDidChangeTabs);
        assert.equal(document.getText(), before);
        assert.equal(document.isDirty, false);
        assert.equal(world.openRouter.chatRequests.length, 1);
      });

    test("a model that breaks off in the middle: the next one starts over, and only its text counts", async () => {
      const { document } = await select("src/price.ts", [1, 5]);
      world.openRouter.script(
        { fault: "cut-midway", after: 8 },
        { answer: { text: codeOf("ts", "export type Price = number;") } },
      );
      await vscode.commands.executeCommand("freeModels.editSelection", { instruction: "Simpler" });
      assert.equal(world.openRouter.chatRequests.length, 2);
      await vscode.commands.executeCommand("freeModels.acceptEdit");
      assert.match(document.getText(), /^export type Price = number;\n\nexport function format/);
    });

    test("closing the diff while it is being written stops the model", async () => {
      const { document } = await select("src/price.ts", [1, 5]);
      const before = document.getText();
      const slowly = Array.from({ length: 200 }, (_, index) => `export const price${index} = ${index};`).join("\n");
      world.openRouter.script({ answer: { text: codeOf("ts", slowly) } });
      world.openRouter.setPace({ betweenMs: 100 });
      const edited = vscode.commands.executeCommand("freeModels.editSelection", { instruction: "Simpler" });
      const request = await world.openRouter.chatRequest(1);
      await seen(() => proposalTab(), vscode.window.tabGroups.onDidChangeTabs);
      await vscode.commands.executeCommand("freeModels.rejectEdit");
      await edited;
      world.openRouter.setPace({ betweenMs: 0 });
      assert.equal(await request.ended, "closed-by-client");
      assert.equal(document.getText(), before);
    });
  });

  suite("Every kind of text", () => {
    const texts: readonly [what: string, text: string, answer: string, after: string][] = [
      ["Windows line ends and tabs", "a {\r\n\tb\r\n}\r\n", "a {\n  c\n  d\n}", "a {\r\n\tc\r\n\td\r\n}\r\n"],
      ["no line end at the end", "one\ntwo", "one\n2", "one\n2"],
      ["no line end at the end, a line more", "one\ntwo", "one\ntwo\nthree", "one\ntwo\nthree"],
      ["no line end at the end, a line less", "one\ntwo", "one", "one"],
      ["emoji", "let a = '👩‍👩‍👧';\n", "let a = '👩‍👩‍👧 🦊';", "let a = '👩‍👩‍👧 🦊';\n"],
      ["right-to-left words", "// שלום עולם\nx\n", "// שלום לכולם\nx", "// שלום לכולם\nx\n"],
      ["an empty file", "", "hello", "hello"],
    ];
    for (const [what, text, answer, after] of texts)
      test(`a file with ${what}`, async () => {
        const { document } = await newFile("text.txt", text);
        await edit(codeOf("", answer));
        await vscode.commands.executeCommand("freeModels.acceptEdit");
        assert.equal(document.getText(), after);
        await undo(document);
        assert.equal(document.getText(), text);
      });

    test("a document without a file", async () => {
      const document = await vscode.workspace.openTextDocument({ language: "python", content: "print(1 / 0)\n" });
      await vscode.window.showTextDocument(document);
      await edit(codeOf("python", "print(1)"));
      await vscode.commands.executeCommand("freeModels.acceptEdit");
      assert.equal(document.getText(), "print(1)\n");
    });

    test("a cell of a notebook", async () => {
      const notebook = await vscode.workspace.openNotebookDocument(sample("reports/orders.ipynb"));
      await vscode.window.showNotebookDocument(notebook, { selections: [new vscode.NotebookRange(1, 2)] });
      await vscode.commands.executeCommand("notebook.cell.edit");
      const cell = notebook.cellAt(1).document;
      await seen(() => vscode.window.activeTextEditor?.document === cell, vscode.window.onDidChangeActiveTextEditor);
      await edit(codeOf("python", "total = 1"));
      assert.equal(proposalTab()?.input.original.toString(), cell.uri.toString());
      await vscode.commands.executeCommand("freeModels.acceptEdit");
      assert.equal(cell.getText(), "total = 1");
      await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
    });

    test("a place that cannot be written to: nothing is asked", async () => {
      const provider = vscode.workspace.registerTextDocumentContentProvider("frozen", {
        provideTextDocumentContent: () => "frozen",
      });
      const uri = vscode.Uri.parse("frozen:/lake.txt");
      await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri));
      await vscode.commands.executeCommand("freeModels.editSelection", { instruction: "Melt" });
      assert.deepEqual(world.openRouter.chatRequests, []);
      provider.dispose();
    });
  });

  suite("Problems", () => {
    let reported: vscode.DiagnosticCollection;
    setup(() => (reported = vscode.languages.createDiagnosticCollection("test")));
    teardown(() => reported.dispose());

    test("Explain and Fix are quick fixes, never preferred; Fix asks for the function around the problem", async () => {
      const { document } = await select("reports/monthly.py", [16, 16]);
      const range = new vscode.Range(15, 4, 15, 12);
      const problem = new vscode.Diagnostic(range, "The total is never reset.", vscode.DiagnosticSeverity.Warning);
      reported.set(document.uri, [problem]);
      const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
        "vscode.executeCodeActionProvider",
        document.uri,
        range,
      );
      const ours = actions.filter(({ title }) => title.includes("free model"));
      assert.deepEqual(
        ours.map(({ title, kind, isPreferred }) => [title, kind?.value, isPreferred]),
        [
          ["Explain with a free model", "quickfix", undefined],
          ["Fix with a free model", "quickfix", undefined],
        ],
      );
      world.openRouter.script({ answer: { text: codeOf("python", "def fixed():\n    pass") } });
      await vscode.commands.executeCommand("freeModels.fixProblem", document.uri, [problem]);
      assert.ok(JSON.stringify(world.openRouter.chatRequests[0]?.body).includes("The total is never reset."));
      assert.ok(proposalTab());
    });

    test("a hint that only greys out is left alone", async () => {
      const { document } = await select("reports/monthly.py", [1, 1]);
      const range = new vscode.Range(0, 0, 0, 5);
      reported.set(document.uri, [new vscode.Diagnostic(range, "unused", vscode.DiagnosticSeverity.Hint)]);
      const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
        "vscode.executeCodeActionProvider",
        document.uri,
        range,
      );
      assert.deepEqual(
        actions.filter(({ title }) => title.includes("free model")),
        [],
      );
    });
  });

  suite("Code of an answer", () => {
    const apply = async (answer: { code: string; label?: string; text: string; line?: number; uri: vscode.Uri }) =>
      (await world.inside.editor()).applyCode({
        code: answer.code,
        language: "ts",
        sources: [
          {
            ...{ kind: answer.line === undefined ? "file" : "selection", label: "basket.ts" },
            text: answer.text,
            uri: answer.uri.toString(),
            ...(answer.line !== undefined && { range: { startLine: answer.line } }),
          },
        ],
      });

    test("finds its place in the file it came from, although the file is not open", async () => {
      const uri = sample("src/basket.ts");
      const document = await vscode.workspace.openTextDocument(uri);
      const before = document.getText();
      const code = "total(): number {\n  return this.lines.reduce((sum, each) => sum + each.copies, 0);\n}";
      const asked = before.split("\n").slice(23, 30).join("\n");
      assert.equal(await apply({ code, text: asked, line: 23, uri }), undefined);
      await proposes(
        [
          ...before.split("\n").slice(0, 23),
          ...["  total(): number {", "    return this.lines.reduce((sum, each) => sum + each.copies, 0);", "  }"],
          ...before.split("\n").slice(30),
        ].join("\n"),
      );
      assert.equal(document.getText(), before);
    });

    test("says so when the file has changed since", async () => {
      const text = "export const rate = 0.9;\nexport const currency = 'EUR';\nexport const places = 2;\n";
      const { uri } = (await newFile("rate.ts", text)).document;
      const words = await apply({ code: text.replace("0.9", "0.8"), text: text.replace("EUR", "GBP"), uri });
      assert.equal(words, "rate.ts has changed since the question was asked. Read the diff closely.");
      await proposes(text.replace("0.9", "0.8"));
    });

    test("from nowhere becomes a new file, in the language that its fence means", async () => {
      const { showQuickPick } = vscode.window;
      Object.assign(vscode.window, { showQuickPick: (items: unknown[]) => Promise.resolve(items.at(-1)) });
      try {
        const editor = await world.inside.editor();
        assert.equal(await editor.applyCode({ code: "print(1)", language: "py", sources: [] }), undefined);
      } finally {
        Object.assign(vscode.window, { showQuickPick });
      }
      const document = vscode.window.activeTextEditor?.document;
      assert.deepEqual([document?.languageId, document?.getText()], ["python", "print(1)\n"]);
    });

    test("says so when there is nothing to do", async () => {
      const uri = sample("src/price.ts");
      const text = (await vscode.workspace.openTextDocument(uri)).getText();
      assert.equal(await apply({ code: text, text, uri }), "The file already contains this code.");
      assert.equal(proposalTab(), undefined);
    });
  });
});
