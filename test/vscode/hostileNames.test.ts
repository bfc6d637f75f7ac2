import assert from "node:assert/strict";
import * as vscode from "vscode";
import { decisionLinks } from "../../src/proposals/decisionLinks";
import { readOnlyReason } from "../../src/proposals/readOnly";
import { visibleLines, visibleName } from "../../src/visibleText";
import { hostileNames } from "../support/hostileNames";
import { linksIn, renderIcons } from "../support/vscodeText";
import { finishedAnswer, startChat } from "./chats";
import { MemoryFileSystem } from "./memoryFileSystem";
import { codeLensesOf, fencedCode, proposalTab, requestEdit, waitForNoProposal } from "./proposals";
import { shownTexts, type ShownText } from "./shownTexts";
import { setUpSuite } from "./suiteSetup";

const code = "const a = 1;\nconst b = 2;\n";
/** Icons that only hostile names contain. */
const hostileIcons = new Set(hostileNames.flatMap((name) => renderIcons(name.replaceAll("\\", "")).icons));

/** What the user sees, after VS Code has rendered the text. */
function rendered({ grammar, text }: ShownText): string {
  const withoutIcons = grammar === "icons" || grammar === "prompt" ? renderIcons(text).text : text;
  return grammar === "message" || grammar === "prompt" ? withoutIcons.replaceAll("] (", "](") : withoutIcons;
}

/** Asserts that no text has a link, an icon of a name, or an invisible character, and that one of them contains the name. */
function assertText(shown: readonly ShownText[], name: string): void {
  for (const { grammar, text } of shown) {
    if (grammar === "message" || grammar === "prompt") assert.deepEqual(linksIn(text), [], text);
    if (grammar === "icons" || grammar === "prompt")
      assert.deepEqual(
        renderIcons(text).icons.filter((each) => hostileIcons.has(each)),
        [],
        text,
      );
    assert.equal(visibleLines(text), text);
    if (grammar !== "plain") assert.doesNotMatch(text, /[\r\n]/);
  }
  // After a folder, a space at the start of the name is not at the start of the text.
  const readable = visibleName(name).replaceAll("] (", "](").replace(/^␠/, "");
  assert.ok(
    shown.some((each) => rendered(each).includes(readable)),
    `${readable} is not in ${JSON.stringify(shown)}`,
  );
}

const plain = (text: string | undefined): ShownText => ({ grammar: "plain", text: text ?? "" });

describe("A hostile name is shown as text", () => {
  const context = setUpSuite();
  const { commands, window, workspace, languages } = vscode;
  const scheme = "hostile";
  const uriOf = (name: string): vscode.Uri => vscode.Uri.from({ scheme, path: `/${name}` });
  let registrations: vscode.Disposable;
  let diagnostics: vscode.DiagnosticCollection;

  before(() => {
    const files = Object.fromEntries(hostileNames.map((name) => [`/${name}`, code]));
    diagnostics = languages.createDiagnosticCollection("hostile");
    registrations = vscode.Disposable.from(
      workspace.registerFileSystemProvider(scheme, new MemoryFileSystem(files)),
      workspace.registerFileSystemProvider(`${scheme}-read-only`, new MemoryFileSystem(files), { isReadonly: true }),
      diagnostics,
    );
  });
  after(() => void registrations.dispose());

  /** Opens the file with its first line selected. */
  async function open(uri: vscode.Uri): Promise<vscode.TextDocument> {
    const document = await workspace.openTextDocument(uri);
    await window.showTextDocument(document, { selection: new vscode.Range(0, 0, 0, 12) });
    return document;
  }

  // Opening editors and diffs is slow, so the tests that need them use one name of each kind.
  const samples = hostileNames.filter((name) => /command:workbench\.action\.quit|^\$\(bug|^www|^invoice/.test(name));

  for (const name of samples)
    test(`in an edit, a problem and a chat: ${JSON.stringify(name.slice(0, 50))}`, async () => {
      const document = await open(uriOf(name));
      const title = shownTexts(
        () => commands.executeCommand("freeModels.editSelection"),
        () => true,
      );
      assertText(await title, name);
      diagnostics.set(document.uri, [new vscode.Diagnostic(new vscode.Range(0, 0, 0, 5), name)]);
      const { attachments, commandDependencies } = await context.testApi.editor();
      assertText(await shownTexts(() => attachments.pick()), name);
      diagnostics.clear();

      await window.showTextDocument(document);
      const progress = await shownTexts(() => requestEdit(context.openRouter, fencedCode("ts", "const a = 2;")));
      assertText(progress, name);
      const lenses = await codeLensesOf(document);
      assert.ok(lenses.length > 0);
      for (const { command } of lenses) assert.match(command?.title ?? "", /^(\$\((check|discard)\) )?[\w ]+$/);
      const proposal = commandDependencies.proposals.find(document.uri.toString());
      assert.ok(proposal);
      assert.match(
        decisionLinks(proposal, 0).value,
        /^\[Keep\]\(command:freeModels\.acceptHunk\?[\w%.-]+\) · \[Undo\]\(command:freeModels\.rejectHunk\?[\w%.-]+\)$/,
      );
      assertText([plain(proposalTab()?.label)], name);
      await commands.executeCommand("freeModels.rejectEdit");
      await waitForNoProposal();

      const conversation = await startChat(context.testApi);
      await context.testApi.chat.ask({ text: "Hello?", attachments: [], submit: true });
      await finishedAnswer(conversation);
      conversation.record({ type: "title-change", title: name });
      await conversation.flush();
      const chats = await shownTexts(
        () => commands.executeCommand("freeModels.showChats"),
        (items) => items.some(({ label }) => renderIcons(label).text === visibleName(name)),
      );
      assertText(chats, name);
    });

  test("in attachments of Add to Chat and Ask About Image", async () => {
    const conversation = await startChat(context.testApi);
    for (const command of ["freeModels.addToChat", "freeModels.askImage"]) {
      await conversation.draft.change(() => ({ text: "", attachments: [] }));
      const uris = hostileNames.map(uriOf);
      const shown = await shownTexts(() => commands.executeCommand(command, uris[0], uris));
      const labels = conversation.draft.content.attachments.map(({ label }) => plain(label));
      assert.equal(labels.length, uris.length);
      for (const name of hostileNames) assertText([...shown, ...labels], name);
    }
  });

  test("in warnings about files that cannot be attached or edited", async () => {
    for (const name of hostileNames) {
      const missing = uriOf(`missing/${name}`);
      assertText(await shownTexts(() => commands.executeCommand("freeModels.addToChat", missing)), name);
      const document = await workspace.openTextDocument(uriOf(name).with({ scheme: `${scheme}-read-only` }));
      // The file is outside the workspace, so that its whole path is shown.
      assertText([{ grammar: "plain", text: (await readOnlyReason(document)) ?? "" }], `/${name}`);
    }
  });

  test("in the list of places for code", async () => {
    const editor = await context.testApi.editor();
    for (const name of hostileNames) {
      const sources = [{ kind: "file", label: name, text: code, uri: uriOf(name).toString() }];
      assertText(
        await shownTexts(() => editor.applyCode({ code: "print('x')", language: "", info: "", sources })),
        name,
      );
    }
  });
});
