import assert from "node:assert/strict";
import * as vscode from "vscode";
import { insertAtCursor, newCodeFile } from "../../src/chat/page/useCode";
import { OpenProposal } from "../../src/proposals/openProposal";
import type { Router } from "../../src/router/index";
import { openNewFile, openSelection, sampleFile, selectLines, undo, waitForSymbols } from "./editors";
import {
  codeLensesOf,
  fencedCode,
  proposalTab,
  requestEdit,
  startEdit,
  waitForNoProposal,
  waitForProposedText,
} from "./proposals";
import { setUpSuite } from "./suiteSetup";
import { waitFor } from "./waitFor";
import { withStubs } from "./withStubs";

async function replaceLine(document: vscode.TextDocument, line: number, text: string): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  edit.replace(document.uri, document.lineAt(line).range, text);
  assert.ok(await vscode.workspace.applyEdit(edit));
}

describe("Edits as diffs", () => {
  const context = setUpSuite();

  const edit = (answer: string, options: { finishReason?: string; cost?: number } = {}): Promise<void> =>
    requestEdit(context.openRouter, answer, options);

  describe("A selection", () => {
    test("opens a diff in the same group with the focus, changes the file only when kept, and is undone in one step", async () => {
      const { document } = await openSelection("src/basket.ts", [18, 22]);
      const before = document.getText();
      await edit(
        `Sure! Here you go:\n\n${fencedCode("ts", "// src/basket.ts\nremove(title: string): void {\n  this.lines.length = 0;\n}")}\nEnjoy.`,
      );

      const tab = proposalTab();
      assert.equal(tab?.input.original.toString(), document.uri.toString());
      assert.equal(tab.label, "basket.ts: proposed edit");
      assert.equal(document.getText(), before);
      assert.equal(vscode.window.tabGroups.all.length, 1);
      assert.equal(vscode.window.activeTextEditor?.document.uri.toString(), tab.input.modified.toString());
      const after = [
        ...before.split("\n").slice(0, 17),
        ...["  remove(title: string): void {", "    this.lines.length = 0;", "  }"],
        ...before.split("\n").slice(22),
      ].join("\n");
      await waitForProposedText(after);

      await vscode.commands.executeCommand("freeModels.acceptEdit");
      assert.equal(document.getText(), after);
      assert.equal(proposalTab(), undefined);
      assert.equal(vscode.window.activeTextEditor.document, document);
      const { selection } = vscode.window.activeTextEditor;
      assert.deepEqual([selection.isEmpty, selection.active.line], [true, 18]);
      await undo(document);
      assert.equal(document.getText(), before);
    });

    test("warns if the model charged for it, and counts for the model when it is accepted", async () => {
      const { commandDependencies } = await context.testApi.editor();
      const router = commandDependencies.router as Router;
      const warnings: string[] = [];
      const given: string[] = [];
      const showWarningMessage = (text: string): Promise<undefined> => {
        warnings.push(text);
        return Promise.resolve(undefined);
      };
      const feedback: Router["feedback"] = (model, each) => given.push(`${model} ${each}`);
      await openSelection("src/price.ts", [1, 5]);
      await withStubs(vscode.window, { showWarningMessage }, () =>
        withStubs(router, { feedback }, async () => {
          await edit(fencedCode("ts", "export type Price = number;"), { cost: 0.0123 });
          await vscode.commands.executeCommand("freeModels.acceptEdit");
        }),
      );
      const model = context.openRouter.chatRequests[0]?.model ?? "";
      assert.match(warnings.join(), /cost 0\.0123 USD/);
      assert.deepEqual(given, [`${model} applied`]);
      assert.deepEqual(
        (await router.chargedModels()).map((each) => each.model),
        [model],
      );
      await router.bringBack(model);
    });

    test("sends the selection, the surrounding lines and the instruction", async () => {
      await openSelection("src/price.ts", [12, 15]);
      await edit(fencedCode("ts", "x"));
      const [request] = context.openRouter.chatRequests;
      const sent = JSON.stringify(request!.body);
      assert.equal(context.openRouter.chatRequests.length, 1);
      for (const text of ["src/price.ts", "Make it better", "const factor = copies", "for context only"])
        assert.ok(sent.includes(text), text);
    });

    test("edits the function around the cursor if nothing is selected", async () => {
      const editor = await openNewFile("cursor.ts", "function a() {\n  one();\n}\n\nfunction b() {\n  two();\n}\n");
      editor.selection = new vscode.Selection(5, 4, 5, 4);
      await waitForSymbols(editor.document);
      await edit(fencedCode("ts", "function b() {\n  three();\n}"));
      await vscode.commands.executeCommand("freeModels.acceptEdit");
      assert.equal(editor.document.getText(), "function a() {\n  one();\n}\n\nfunction b() {\n  three();\n}\n");
    });

    test("undoing all closes the diff and leaves the file unchanged", async () => {
      const { document } = await openSelection("src/price.ts", [1, 5]);
      const before = document.getText();
      await edit(fencedCode("ts", "export type Price = number;"));
      await vscode.commands.executeCommand("freeModels.rejectEdit");
      await waitForNoProposal();
      assert.equal(document.getText(), before);
      assert.equal(document.isDirty, false);
    });

    test("closing the diff asks nothing, leaves the file unchanged, and offers to reopen it while it fits", async () => {
      const { document } = await openNewFile("type.ts", "type Price = string;\n");
      await selectLines(vscode.window.activeTextEditor!, 1, 1);
      const messages: string[] = [];
      const reopen = Promise.withResolvers<string | undefined>();
      const told = (message: string, _options: unknown, ...labels: string[]): Promise<string | undefined> => {
        messages.push([message, ...labels].join(" | "));
        return messages.length === 1 ? reopen.promise : Promise.resolve(labels.length === 1 ? labels[0] : undefined);
      };
      await withStubs(vscode.window, { showInformationMessage: told, showWarningMessage: told }, async () => {
        await edit(fencedCode("ts", "type Price = number;"));
        await vscode.commands.executeCommand("workbench.action.closeActiveEditor");
        await waitForNoProposal();
        await waitFor(() => messages.length === 1);
        assert.equal(document.getText(), "type Price = string;\n");
        assert.equal(document.isDirty, false);
        assert.deepEqual(await codeLensesOf(document), []);
        await replaceLine(document, 0, "// mine\ntype Price = string;");

        reopen.resolve("Reopen");
        await waitForProposedText("// mine\ntype Price = number;\n");
        await replaceLine(document, 1, "type Price = bigint;");
        await waitForProposedText("// mine\ntype Price = bigint;\n");
        await waitFor(() => messages.length === 2);
        await vscode.commands.executeCommand("workbench.action.closeActiveEditor");
        await waitForNoProposal();
        await waitFor(() => messages.at(-1)?.includes("no longer fits"));
      });
      const closed = "The proposed edit of type.ts was closed with changes undecided. | Reopen";
      assert.deepEqual(messages, [
        closed,
        "1 proposed change no longer applies because the same lines were edited. Undo your edit to restore it, or ask again.",
        closed,
        "The file has changed, and the proposed edit no longer fits. | Ask Again",
      ]);
      assert.equal(proposalTab(), undefined);
    });

    test("another edit of the same file offers to reopen it, also if the answer to that has no code", async () => {
      const { document } = await openNewFile("replaced.ts", "type Price = string;\n");
      await selectLines(vscode.window.activeTextEditor!, 1, 1);
      const messages: string[] = [];
      const reopen = Promise.withResolvers<string | undefined>();
      const told = (message: string, _options: unknown, ...labels: string[]): Promise<string | undefined> => {
        messages.push([message, ...labels].join(" | "));
        return labels[0] === "Reopen" ? reopen.promise : Promise.resolve(undefined);
      };
      await withStubs(vscode.window, { showInformationMessage: told, showWarningMessage: told }, async () => {
        await edit(fencedCode("ts", "type Price = number;"));
        await waitForProposedText("type Price = number;\n");
        await selectLines(await vscode.window.showTextDocument(document), 1, 1);
        await edit("I cannot do that.");
        await waitForNoProposal();
        reopen.resolve("Reopen");
        await waitForProposedText("type Price = number;\n");
      });
      assert.deepEqual(messages, [
        "The proposed edit of replaced.ts was closed with changes undecided. | Reopen",
        "The model answered without code, so nothing was changed. Ask again, or view its answer. | Ask Again | Show Answer",
      ]);
      await vscode.commands.executeCommand("freeModels.rejectEdit");
    });

    test("opens the diff in the group of the file, also if another group is active by then", async () => {
      const { document, viewColumn } = await openSelection("src/price.ts", [1, 5]);
      const { ended } = await startEdit(context.openRouter, fencedCode("ts", "export type Price = number;"));
      await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(sampleFile("src/basket.ts")), {
        viewColumn: vscode.ViewColumn.Beside,
      });
      context.openRouter.release();
      await ended;
      assert.equal(vscode.window.tabGroups.activeTabGroup.viewColumn, viewColumn);
      assert.equal(proposalTab()?.input.original.toString(), document.uri.toString());
    });

    test("stays open when its diff is moved to another group", async () => {
      const { document } = await openSelection("src/price.ts", [1, 5]);
      await edit(fencedCode("ts", "export type Price = number;"));
      await vscode.commands.executeCommand("workbench.action.moveEditorToNextGroup");
      await waitFor(() => vscode.window.tabGroups.all.length === 2, vscode.window.tabGroups.onDidChangeTabGroups);
      await vscode.commands.executeCommand("freeModels.acceptEdit");
      assert.match(document.getText(), /^export type Price = number;/);
    });
  });

  describe("While the edit is written", () => {
    test("the diff shows what comes while it opens", async () => {
      const { document } = await openNewFile("opening.txt", "one\ntwo\n");
      const { proposals } = (await context.testApi.editor()).commandDependencies;
      const proposal = await proposals.open({ document, before: ["one", "two", ""], range: { start: 0, end: 2 } });
      proposal.write(["one"]);
      const { text } = proposal;
      // The edit is complete right after VS Code has read the text for the diff.
      Object.defineProperty(proposal, "text", {
        configurable: true,
        get: () => {
          Reflect.deleteProperty(proposal, "text");
          queueMicrotask(() => proposal.finish(["one", "2"]));
          return text;
        },
      });
      await proposals.show(proposal);
      await waitForProposedText("one\n2\n");
    });

    test("Cancel stops the request, and the diff does not open", async () => {
      const { document } = await openSelection("src/price.ts", [1, 5]);
      const before = document.getText();
      const { request, ended } = await startEdit(context.openRouter, fencedCode("ts", "x"));
      await vscode.commands.executeCommand("freeModels.cancelEdit");
      await ended;
      assert.equal(await request.ended, "closed-by-client");
      assert.equal(proposalTab(), undefined);
      assert.equal(document.getText(), before);
    });

    test("its lines are known wherever edits of the file have moved them", async () => {
      const { document } = await openSelection("src/price.ts", [2, 4]);
      const { ended } = await startEdit(context.openRouter, fencedCode("ts", "x"));
      const { commandDependencies } = await context.testApi.editor();
      const proposal = commandDependencies.proposals.find(document.uri.toString());
      assert.deepEqual(proposal?.writtenLines("document"), { start: 1, end: 4 });
      const insertion = new vscode.WorkspaceEdit();
      insertion.insert(document.uri, new vscode.Position(0, 0), "// one\n// two\n");
      assert.ok(await vscode.workspace.applyEdit(insertion));
      assert.deepEqual(proposal.writtenLines("document"), { start: 3, end: 6 });
      await vscode.commands.executeCommand("freeModels.cancelEdit");
      await ended;
    });

    test("Cancel leaves a complete edit open", async () => {
      await openSelection("src/price.ts", [1, 5]);
      await edit(fencedCode("ts", "export type Price = number;"));
      await vscode.commands.executeCommand("freeModels.cancelEdit");
      assert.ok(proposalTab());
    });
  });

  describe("Single changes", () => {
    const numbers = Array.from({ length: 9 }, (_, index) => `line ${index + 1}`);
    const text = numbers.join("\n");
    const wanted = text.replace("line 2", "two").replace("line 5", "five\nand a half").replace("line 8\n", "");

    async function propose(): Promise<vscode.TextDocument> {
      const editor = await openNewFile("numbers.txt", text);
      await selectLines(editor, 1, 9);
      await edit(fencedCode("", wanted));
      await waitForProposedText(wanted);
      return editor.document;
    }

    test("have Keep and Undo above each, and Keep All above the first, in the file and in the diff", async () => {
      const document = await propose();
      const titles = async (each: vscode.TextDocument): Promise<string[]> =>
        (await codeLensesOf(each)).map(({ range, command }) => `${range.start.line + 1} ${command?.title ?? ""}`);
      assert.deepEqual(await titles(document), [
        ...["2 $(check) Keep", "2 $(discard) Undo", "2 Keep All", "2 Undo All"],
        ...["5 $(check) Keep", "5 $(discard) Undo", "8 $(check) Keep", "8 $(discard) Undo"],
      ]);
      const { activeTextEditor } = vscode.window;
      assert.ok(activeTextEditor);
      assert.deepEqual(await titles(activeTextEditor.document), [
        ...["2 $(check) Keep", "2 $(discard) Undo", "2 Keep All", "2 Undo All"],
        ...["5 $(check) Keep", "5 $(discard) Undo", "9 $(check) Keep", "9 $(discard) Undo"],
      ]);
    });

    test("can be kept and undone in any order, with one undo step for each that is kept", async () => {
      const document = await propose();
      await clickLens(document, 8, "Keep");
      await clickLens(document, 2, "Undo");
      await waitForProposedText(wanted.replace("two", "line 2"));
      await clickLens(document, 5, "Keep");
      const decided = wanted.replace("two", "line 2");
      assert.equal(document.getText(), decided);
      assert.equal(proposalTab(), undefined);
      await undo(document);
      assert.equal(document.getText(), text.replace("line 8\n", ""));
    });

    test("are decided on one after another, from the cursor in the diff", async () => {
      const document = await propose();
      await vscode.commands.executeCommand("freeModels.acceptHunk");
      assert.equal(document.getText(), text.replace("line 2", "two"));
      await vscode.commands.executeCommand("freeModels.rejectHunk");
      await waitForProposedText(wanted.replace("five\nand a half", "line 5"));
      await vscode.commands.executeCommand("freeModels.acceptHunk");
      assert.equal(document.getText(), text.replace("line 2", "two").replace("line 8\n", ""));
      assert.equal(proposalTab(), undefined);
    });

    test("are shown before they are decided on, if they are not in view", async () => {
      const lines = Array.from({ length: 400 }, (_, index) => `line ${index + 1}`);
      const { document } = await openNewFile("long.txt", lines.join("\n"));
      await edit(fencedCode("", lines.join("\n").replace("line 350", "changed")));
      const editor = vscode.window.activeTextEditor;
      assert.ok(editor);
      await waitFor(() => editor.document.lineAt(349).text === "changed", vscode.workspace.onDidChangeTextDocument);
      editor.selection = new vscode.Selection(0, 0, 0, 0);
      editor.revealRange(editor.selection);
      const inView = (): boolean => editor.visibleRanges.some(({ end }) => end.line >= 349);
      await waitFor(() => !inView(), vscode.window.onDidChangeTextEditorVisibleRanges);
      await vscode.commands.executeCommand("freeModels.acceptHunk");
      await waitFor(inView, vscode.window.onDidChangeTextEditorVisibleRanges);
      assert.equal(document.getText(), lines.join("\n"));
      await vscode.commands.executeCommand("freeModels.acceptHunk");
      assert.equal(document.lineAt(349).text, "changed");
    });

    test("are where the cursor is in the file after they are kept, and in view", async () => {
      const lines = Array.from({ length: 400 }, (_, index) => `line ${index + 1}`);
      const { document } = await openNewFile("scrolled.txt", lines.join("\n"));
      await edit(fencedCode("", lines.join("\n").replace("line 350", "changed")));
      await vscode.commands.executeCommand("freeModels.acceptEdit");
      const editor = vscode.window.activeTextEditor;
      assert.equal(editor?.document, document);
      assert.deepEqual([editor.selection.isEmpty, editor.selection.active.line], [true, 349]);
      await waitFor(
        () => editor.visibleRanges.some(({ start, end }) => start.line < 349 && end.line > 349),
        vscode.window.onDidChangeTextEditorVisibleRanges,
      );
    });

    test("reopen when keeping them is undone in the file", async () => {
      const document = await propose();
      await clickLens(document, 2, "Keep");
      assert.equal((await codeLensesOf(document)).length, 6);
      await undo(document);
      assert.equal(document.getText(), text);
      assert.equal((await codeLensesOf(document)).length, 8);
      await waitForProposedText(wanted);
    });

    test("can be kept at the cursor in the file", async () => {
      const document = await propose();
      await vscode.window.showTextDocument(document, { selection: new vscode.Range(4, 0, 4, 0) });
      await vscode.commands.executeCommand("freeModels.acceptHunk");
      assert.equal(document.getText(), text.replace("line 5", "five\nand a half"));
    });

    async function clickLens(document: vscode.TextDocument, line: number, title: string): Promise<void> {
      const lens = (await codeLensesOf(document)).find(
        ({ range, command }) => range.start.line === line - 1 && command?.title.endsWith(title),
      );
      assert.ok(lens?.command, `no ${title} above line ${line}`);
      await vscode.commands.executeCommand(lens.command.command, ...((lens.command.arguments ?? []) as unknown[]));
    }

    test("are merged with edits of other lines", async () => {
      const document = await propose();
      await change(document, 0, "line 1", "LINE 1");
      await change(document, 6, "line 7", "seven\nand more");
      await vscode.commands.executeCommand("freeModels.acceptEdit");
      assert.equal(document.getText(), wanted.replace("line 1", "LINE 1").replace("line 7", "seven\nand more"));
    });

    test("never overwrite edits of the same lines, and apply again after those are undone", async () => {
      const document = await propose();
      await change(document, 1, "line 2", "mine");
      await waitForProposedText(wanted.replace("two", "mine"));
      assert.equal((await codeLensesOf(document)).length, 6);
      await undo(document);
      await waitForProposedText(wanted);
      await change(document, 1, "line 2", "mine");
      await vscode.commands.executeCommand("freeModels.acceptEdit");
      assert.equal(document.getText(), wanted.replace("two", "mine"));
    });

    test("are reported as displaced once typing pauses, and Keep says so if none is left", async () => {
      const { document } = await openNewFile("typed.txt", "one\ntwo\n");
      await edit(fencedCode("", "one\n2"));
      await waitForProposedText("one\n2\n");
      const messages: string[] = [];
      const showWarningMessage = (message: string, _options: unknown, ...labels: string[]): Promise<undefined> => {
        messages.push([message, ...labels].join(" | "));
        return Promise.resolve(undefined);
      };
      await withStubs(vscode.window, { showWarningMessage }, async () => {
        // Until the line ends, it is an edit of the line below.
        await change(document, 1, "", "more");
        await waitForProposedText("one\nmoretwo\n");
        await change(document, 1, "more", "more\n");
        await waitForProposedText("one\nmore\n2\n");
        await change(document, 2, "two", "mine");
        await waitFor(() => messages.length > 0);
        await vscode.commands.executeCommand("freeModels.acceptEdit");
        await vscode.commands.executeCommand("freeModels.acceptHunk");
      });
      const noLongerFits = "The file has changed, and the proposed edit no longer fits. | Ask Again";
      assert.deepEqual(messages, [
        "1 proposed change no longer applies because the same lines were edited. Undo your edit to restore it, or ask again.",
        noLongerFits,
        noLongerFits,
      ]);
      assert.equal(document.getText(), "one\nmore\nmine\n");
      await vscode.commands.executeCommand("freeModels.rejectEdit");
    });

    test("are merged with edits made while the answer streams", async () => {
      const editor = await openNewFile("numbers.txt", text);
      await selectLines(editor, 1, 9);
      const { ended } = await startEdit(context.openRouter, fencedCode("", wanted));
      await change(editor.document, 8, "line 9", "line nine");
      context.openRouter.release();
      await ended;
      await vscode.commands.executeCommand("freeModels.acceptEdit");
      assert.equal(editor.document.getText(), wanted.replace("line 9", "line nine"));
    });

    test("are computed once per change of the text and per decision", async () => {
      const { document } = await openNewFile("numbers.txt", text);
      let reads = 0;
      const counted = new Proxy(document, {
        get: (target, name): unknown => {
          if (name === "getText") reads++;
          return Reflect.get(target, name);
        },
      });
      const range = { start: 0, end: numbers.length };
      const proposal = new OpenProposal(document.uri, { document: counted, before: numbers, range });
      assert.equal(proposal.state.open.length, 0);
      const ask = (): number => {
        reads = 0;
        proposal.documentChanged();
        assert.deepEqual([typeof proposal.text, proposal.isDecided], ["string", false]);
        return reads;
      };
      proposal.finish(wanted.split("\n"));
      assert.equal(proposal.state.open.length, 3);
      assert.equal(ask(), 0);
      await change(document, 0, "line 1", "LINE 1");
      assert.equal(ask(), 1);
      assert.equal(proposal.text, wanted.replace("line 1", "LINE 1"));
      proposal.reject([0]);
      assert.equal(proposal.text, wanted.replace("line 1", "LINE 1").replace("two", "line 2"));
      proposal.dispose();
    });

    test("set context keys only when their values change", async () => {
      const document = await propose();
      const keysSet: unknown[] = [];
      const original = vscode.commands.executeCommand;
      const executeCommand = (command: string, ...args: unknown[]): Thenable<unknown> => {
        if (command === "setContext") keysSet.push(args[0]);
        return original(command, ...args);
      };
      await withStubs(vscode.commands, { executeCommand }, async () => {
        await change(document, 0, "line 1", "LINE 1");
        await waitForProposedText(wanted.replace("line 1", "LINE 1"));
        assert.equal(keysSet.join(), "");
        await vscode.commands.executeCommand("freeModels.rejectEdit");
        assert.ok(keysSet.includes("freeModels.proposalOpen"));
      });
    });

    test("do not count as accepted if they no longer apply to a closed file that changed on disk", async () => {
      const uri = sampleFile("edits/closed/numbers.txt");
      await vscode.workspace.fs.writeFile(uri, Buffer.from(text));
      // Not through the API, which would keep the document open.
      await vscode.commands.executeCommand("vscode.open", uri);
      const document = vscode.window.activeTextEditor?.document;
      assert.equal(document?.uri.toString(), uri.toString());
      const range = { start: 0, end: numbers.length };
      const proposal = new OpenProposal(uri.with({ scheme: "none" }), { document, before: numbers, range });
      proposal.finish(wanted.split("\n"));
      await vscode.commands.executeCommand("workbench.action.closeAllEditors");
      await waitFor(() => document.isClosed, vscode.workspace.onDidCloseTextDocument);
      await vscode.workspace.fs.writeFile(uri, Buffer.from(text.replace("line 2", "mine")));

      await proposal.accept();
      assert.equal(proposal.document.getText(), wanted.replace("two", "mine"));
      assert.equal(proposal.state.displaced, 1);
      assert.equal(proposal.isDecided, false);
      proposal.dispose();
    });

    async function change(document: vscode.TextDocument, line: number, from: string, to: string): Promise<void> {
      const edit = new vscode.WorkspaceEdit();
      edit.replace(document.uri, new vscode.Range(line, 0, line, from.length), to);
      assert.ok(await vscode.workspace.applyEdit(edit));
    }
  });

  describe("An answer that cannot be applied", () => {
    const answers: readonly [what: string, text: string, finishReason?: string][] = [
      ["without code", "I think this code is fine as it is."],
      ["with two code blocks", `${fencedCode("ts", "a();")}\nor\n${fencedCode("ts", "b();")}`],
      ["in another language", fencedCode("python", "def a():\n  pass")],
      ["cut in the middle of the block", "```ts\nremove(title: string): void {\n  this.li"],
      ["cut off at the token limit", fencedCode("ts", "remove(title: string): void {"), "length"],
      ["with a placeholder for code", fencedCode("ts", "remove(title: string): void {\n  // ... existing code ...\n}")],
    ];
    for (const [what, text, finishReason] of answers)
      test(`changes nothing and closes the diff: ${what}`, async () => {
        const { document } = await openSelection("src/basket.ts", [18, 22]);
        const before = document.getText();
        await edit(text, finishReason === undefined ? {} : { finishReason });
        await waitForNoProposal();
        assert.equal(document.getText(), before);
        assert.equal(document.isDirty, false);
        assert.equal(context.openRouter.chatRequests.length, 1);
      });

    test("is shown on demand, in a document that cannot be edited or saved", async () => {
      await openSelection("src/basket.ts", [18, 22]);
      const showWarningMessage = (_message: string, _options: unknown, ...labels: string[]): Promise<unknown> =>
        Promise.resolve(labels.find((label) => label === "Show Answer"));
      await withStubs(vscode.window, { showWarningMessage }, async () => {
        await edit("This code is **fine**.");
        await waitFor(
          () => vscode.window.activeTextEditor?.document.getText() === "This code is **fine**.",
          vscode.window.onDidChangeActiveTextEditor,
        );
      });
      const { document } = vscode.window.activeTextEditor!;
      assert.deepEqual([document.languageId, document.isDirty, document.isUntitled], ["markdown", false, false]);
      assert.equal(vscode.workspace.fs.isWritableFileSystem(document.uri.scheme), undefined);
    });

    test("is shown on demand as far as it came, if every model is interrupted", async () => {
      await openSelection("src/price.ts", [1, 5]);
      const text = `Here it is:\n\n${fencedCode("ts", "export type Price = number;")}`;
      const cut = { fault: "cut-midway", after: 8, answer: { text, reasoning: "" } } as const;
      context.openRouter.script(cut, cut, cut, cut);
      const failures: string[] = [];
      const showErrorMessage = (message: string, _options: unknown, ...labels: string[]): Promise<unknown> => {
        failures.push([message, ...labels].join(" | "));
        return Promise.resolve("Show Answer");
      };
      await withStubs(vscode.window, { showErrorMessage }, async () => {
        await vscode.commands.executeCommand("freeModels.editSelection", { instruction: "Simpler" });
        await waitFor(
          () => vscode.window.activeTextEditor?.document.getText().startsWith("Here it is:"),
          vscode.window.onDidChangeActiveTextEditor,
        );
      });
      assert.deepEqual(failures, ["The answer was interrupted. Nothing was changed. | Ask Again | Show Answer"]);
      assert.equal(proposalTab(), undefined);
    });

    test("is discarded when a model is interrupted, and the next model starts over", async () => {
      const { document } = await openSelection("src/price.ts", [1, 5]);
      context.openRouter.script(
        { fault: "cut-midway", after: 8 },
        { answer: { text: fencedCode("ts", "export type Price = number;") } },
      );
      await vscode.commands.executeCommand("freeModels.editSelection", { instruction: "Simpler" });
      assert.equal(context.openRouter.chatRequests.length, 2);
      await vscode.commands.executeCommand("freeModels.acceptEdit");
      assert.match(document.getText(), /^export type Price = number;\n\nexport function format/);
    });

    test("is aborted when the diff is closed", async () => {
      const { document } = await openSelection("src/price.ts", [1, 5]);
      const before = document.getText();
      const code = Array.from({ length: 20 }, (_, index) => `export const price${index} = ${index};`).join("\n");
      const { request, ended } = await startEdit(context.openRouter, fencedCode("ts", code), 30);
      await waitFor(() => proposalTab(), vscode.window.tabGroups.onDidChangeTabs);
      await vscode.commands.executeCommand("freeModels.rejectEdit");
      await ended;
      assert.equal(await request.ended, "closed-by-client");
      assert.equal(document.getText(), before);
    });
  });

  describe("Every kind of text", () => {
    const texts: readonly [what: string, text: string, answer: string, after: string][] = [
      ["CRLF line ends and tabs", "a {\r\n\tb\r\n}\r\n", "a {\n  c\n  d\n}", "a {\r\n\tc\r\n\td\r\n}\r\n"],
      ["no final line end", "one\ntwo", "one\n2", "one\n2"],
      ["no final line end, one line added", "one\ntwo", "one\ntwo\nthree", "one\ntwo\nthree"],
      ["no final line end, one line removed", "one\ntwo", "one", "one"],
      ["emoji", "let a = '👩‍👩‍👧';\n", "let a = '👩‍👩‍👧 🦊';", "let a = '👩‍👩‍👧 🦊';\n"],
      ["right-to-left text", "// שלום עולם\nx\n", "// שלום לכולם\nx", "// שלום לכולם\nx\n"],
      ["no content", "", "hello", "hello"],
    ];
    for (const [what, text, answer, after] of texts)
      test(`edits a file with ${what}`, async () => {
        const { document } = await openNewFile("text.txt", text);
        await edit(fencedCode("", answer));
        await vscode.commands.executeCommand("freeModels.acceptEdit");
        assert.equal(document.getText(), after);
        await undo(document);
        assert.equal(document.getText(), text);
      });

    test("edits an untitled document", async () => {
      const document = await vscode.workspace.openTextDocument({ language: "python", content: "print(1 / 0)\n" });
      await vscode.window.showTextDocument(document);
      await edit(fencedCode("python", "print(1)"));
      await vscode.commands.executeCommand("freeModels.acceptEdit");
      assert.equal(document.getText(), "print(1)\n");
    });

    test("edits a notebook cell", async () => {
      const notebook = await vscode.workspace.openNotebookDocument(sampleFile("reports/orders.ipynb"));
      await vscode.window.showNotebookDocument(notebook, { selections: [new vscode.NotebookRange(1, 2)] });
      await vscode.commands.executeCommand("notebook.cell.edit");
      const cell = notebook.cellAt(1).document;
      await waitFor(() => vscode.window.activeTextEditor?.document === cell, vscode.window.onDidChangeActiveTextEditor);
      await edit(fencedCode("python", "total = 1"));
      assert.equal(proposalTab()?.input.original.toString(), cell.uri.toString());
      await vscode.commands.executeCommand("freeModels.acceptEdit");
      assert.equal(cell.getText(), "total = 1");
      await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
    });

    test("says what to do first in a proposed edit, which is not a read-only file", async () => {
      await openSelection("src/price.ts", [1, 5]);
      await edit(fencedCode("ts", "export type Price = number;"));
      const warnings: string[] = [];
      const showWarningMessage = (message: string): Promise<undefined> => {
        warnings.push(message);
        return Promise.resolve(undefined);
      };
      await withStubs(vscode.window, { showWarningMessage }, async () => {
        for (const command of ["freeModels.editSelection", "freeModels.editReadOnly"])
          await vscode.commands.executeCommand(command);
      });
      const expected = "This is a proposed edit. Keep or undo it first, then edit the file.";
      assert.deepEqual(warnings, [expected, expected]);
      assert.equal(context.openRouter.chatRequests.length, 1);
    });

    test("sends no request for a read-only document", async () => {
      const provider = vscode.workspace.registerTextDocumentContentProvider("virtual", {
        provideTextDocumentContent: () => "a virtual text",
      });
      const uri = vscode.Uri.parse("virtual:/text.txt");
      await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri));
      await vscode.commands.executeCommand("freeModels.editSelection", { instruction: "Anything" });
      assert.deepEqual(context.openRouter.chatRequests, []);
      provider.dispose();
    });
  });

  describe("Problems", () => {
    let diagnostics: vscode.DiagnosticCollection;
    beforeEach(() => (diagnostics = vscode.languages.createDiagnosticCollection("test")));
    afterEach(() => diagnostics.dispose());

    test("has Explain and Fix as quick fixes that are not preferred; Fix edits the enclosing function", async () => {
      const { document } = await openSelection("reports/monthly.py", [16, 16]);
      const range = new vscode.Range(15, 4, 15, 12);
      const problem = new vscode.Diagnostic(range, "The total is never reset.", vscode.DiagnosticSeverity.Warning);
      diagnostics.set(document.uri, [problem]);
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
      context.openRouter.script({ answer: { text: fencedCode("python", "def fixed():\n    pass") } });
      await vscode.commands.executeCommand("freeModels.fixProblem", document.uri, [problem]);
      assert.ok(JSON.stringify(context.openRouter.chatRequests[0]?.body).includes("The total is never reset."));
      assert.ok(proposalTab());
    });

    test("has no quick fix for a hint", async () => {
      const { document } = await openSelection("reports/monthly.py", [1, 1]);
      const range = new vscode.Range(0, 0, 0, 5);
      diagnostics.set(document.uri, [new vscode.Diagnostic(range, "unused", vscode.DiagnosticSeverity.Hint)]);
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

  describe("Applying the code of an answer", () => {
    const apply = async (answer: { code: string; info?: string; text: string; line?: number; uri: vscode.Uri }) =>
      (await context.testApi.editor()).applyCode({
        code: answer.code,
        language: "ts",
        info: answer.info ?? "ts",
        sources: [
          {
            ...{ kind: answer.line === undefined ? "file" : "selection", label: "basket.ts" },
            text: answer.text,
            uri: answer.uri.toString(),
            ...(answer.line !== undefined && { range: { startLine: answer.line } }),
          },
        ],
      });

    test("finds the lines to replace in a file that is not open", async () => {
      const uri = sampleFile("src/basket.ts");
      const document = await vscode.workspace.openTextDocument(uri);
      const before = document.getText();
      const code = "total(): number {\n  return this.lines.reduce((sum, each) => sum + each.copies, 0);\n}";
      const attachedText = before.split("\n").slice(23, 30).join("\n");
      assert.equal(await apply({ code, text: attachedText, line: 23, uri }), undefined);
      await waitForProposedText(
        [
          ...before.split("\n").slice(0, 23),
          ...["  total(): number {", "    return this.lines.reduce((sum, each) => sum + each.copies, 0);", "  }"],
          ...before.split("\n").slice(30),
        ].join("\n"),
      );
      assert.equal(document.getText(), before);
    });

    test("asks where tests of the attached function go, and offers a new file first", async () => {
      const uri = sampleFile("src/price.ts");
      const text = (await vscode.workspace.openTextDocument(uri)).getText().split("\n").slice(10, 15).join("\n");
      await openSelection("src/price.ts", [11, 15]);
      const offered: string[][] = [];
      const showQuickPick = (
        items: { label: string }[],
        { placeHolder }: { placeHolder: string },
      ): Promise<undefined> => {
        offered.push([placeHolder, ...items.map(({ label }) => label)]);
        return Promise.resolve(undefined);
      };
      const code = (lines: string[]): string => lines.join("\n");
      await withStubs(vscode.window, { showQuickPick }, async () => {
        const tests = code([
          'import { discounted } from "./price";',
          "",
          'test("three copies", () => {',
          "  run();",
          "});",
        ]);
        await apply({ code: tests, text, line: 10, uri });
        await apply({ code: "const off = (cents: number) => cents * 0.9;", text, line: 10, uri });
      });
      const places = ["$(replace) Replace the attached lines in price.ts", "$(file) Replace all of price.ts"];
      assert.deepEqual(offered, [
        ["Where should this code go?", "$(new-file) New file", ...places],
        ["Where should this code go?", ...places, "$(new-file) New file"],
      ]);
      assert.equal(proposalTab(), undefined);
    });

    test("proposes the code in the file that the fence or a comment names, without the comment", async () => {
      const uri = sampleFile("src/price.ts");
      const before = (await vscode.workspace.openTextDocument(uri)).getText();
      const attached = sampleFile("src/shipping.ts");
      const text = (await vscode.workspace.openTextDocument(attached)).getText();
      const code = before.split("\n").slice(10, 15).join("\n").replace("0.9", "0.8");
      for (const answer of [
        { code, info: "ts src/price.ts" },
        { code: `// src/price.ts\n${code}`, info: "ts" },
      ]) {
        assert.equal(await apply({ ...answer, text, uri: attached }), undefined);
        assert.equal(proposalTab()?.input.original.toString(), uri.toString());
        await waitForProposedText(before.replace("0.9", "0.8"));
      }
    });

    test("finds the lines to replace in an editor if the answer names no file and the question has none", async () => {
      const { document } = await openSelection("src/price.ts", [1, 1]);
      const code = document.getText().split("\n").slice(10, 15).join("\n").replace("0.9", "0.8");
      const editor = await context.testApi.editor();
      const sources = [{ kind: "terminal", label: "Terminal", text: "" }];
      for (let times = 0; times < 2; times++) {
        // The second time, the diff shows the proposed text too, which cannot be edited.
        assert.equal(await editor.applyCode({ code, language: "ts", info: "ts", sources }), undefined);
        assert.equal(proposalTab()?.input.original.toString(), document.uri.toString());
        await waitForProposedText(document.getText().replace("0.9", "0.8"));
      }
    });

    test("offers the name in the fence for a new file, unless it is outside the workspace", async () => {
      const editor = await context.testApi.editor();
      const offered: unknown[] = [];
      const showQuickPick = (items: { label: string; description?: string }[]): Promise<unknown> => {
        const item = items.find(({ label }) => label === "$(new-file) New file");
        offered.push(item?.description);
        return Promise.resolve(item);
      };
      await vscode.commands.executeCommand("workbench.action.closeAllEditors");
      await withStubs(vscode.window, { showQuickPick }, async () => {
        for (const [info, code] of [
          ["ts src/new/price.test.ts", "// src/new/price.test.ts\n\nconst a = 1;"],
          ["ts ../price.test.ts", "other();"],
        ] as const)
          await editor.applyCode({ code, language: "ts", info, sources: [] });
      });
      assert.deepEqual(offered, ["src/new/price.test.ts", undefined]);
      const uri = sampleFile("src/new/price.test.ts").with({ scheme: "untitled" }).toString();
      const created = vscode.workspace.textDocuments.find((each) => each.uri.toString() === uri);
      assert.deepEqual([created?.languageId, created?.getText()], ["typescript", "const a = 1;\n"]);
    });

    test("the menu of a code block creates a file with the name in the answer, if there is one", async () => {
      const created: string[] = [];
      for (const info of ["ts src/new/menu.ts", "ts"]) {
        await newCodeFile({ code: "const a = 1;", language: "ts", info });
        const { uri, languageId } = vscode.window.activeTextEditor!.document;
        created.push(`${languageId} ${uri.scheme}:${vscode.workspace.asRelativePath(uri.with({ scheme: "file" }))}`);
      }
      assert.equal(created[0], "typescript untitled:src/new/menu.ts");
      assert.match(created[1] ?? "", /^typescript untitled:.*Untitled-\d+$/);
    });

    test("warns if the file has changed since the question", async () => {
      const text = "export const rate = 0.9;\nexport const currency = 'EUR';\nexport const places = 2;\n";
      const { uri } = (await openNewFile("rate.ts", text)).document;
      const message = await apply({ code: text.replace("0.9", "0.8"), text: text.replace("EUR", "GBP"), uri });
      assert.equal(message, "rate.ts has changed since you asked. Review the diff carefully.");
      await waitForProposedText(text.replace("0.9", "0.8"));
    });

    test("creates a file in the language of the fence if there is no source", async () => {
      const editor = await context.testApi.editor();
      const showQuickPick = (items: unknown[]): Promise<unknown> => Promise.resolve(items.at(-1));
      const message = await withStubs(vscode.window, { showQuickPick }, () =>
        editor.applyCode({ code: "print(1)", language: "py", info: "py", sources: [] }),
      );
      assert.equal(message, undefined);
      const document = vscode.window.activeTextEditor?.document;
      assert.deepEqual([document?.languageId, document?.getText()], ["python", "print(1)\n"]);
    });

    test("reports that the file already contains the code", async () => {
      const uri = sampleFile("src/price.ts");
      const text = (await vscode.workspace.openTextDocument(uri)).getText();
      assert.equal(await apply({ code: text, text, uri }), "The file already contains this code.");
      assert.equal(proposalTab(), undefined);
    });
  });

  test("Insert at Cursor replaces the selection, and starts several lines on a line of their own", async () => {
    const editor = await openNewFile("insert.ts", "function f() {\n  one();\n  two();\n}\n");
    editor.selection = new vscode.Selection(1, 5, 1, 5);
    assert.equal(await insertAtCursor("if (a) {\n  b();\n}"), undefined);
    editor.selection = new vscode.Selection(5, 2, 5, 5);
    assert.equal(await insertAtCursor("three"), undefined);
    assert.equal(editor.document.getText(), "function f() {\n  one();\n  if (a) {\n    b();\n  }\n  three();\n}\n");
    await editor.document.save();
  });
});
