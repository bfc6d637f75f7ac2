import assert from "node:assert/strict";
import * as vscode from "vscode";
import { canPreviewDiagrams, DiagramPreview } from "../../src/chat/page/diagramPreview";
import { waitFor } from "./waitFor";

describe("A Mermaid diagram of an answer", () => {
  const { tabGroups } = vscode.window;
  const previews = (): vscode.Tab[] =>
    tabGroups.all.flatMap(({ tabs }) => tabs.filter(({ label }) => label.includes("Diagram 1")));
  let diagrams: DiagramPreview;

  beforeEach(() => (diagrams = new DiagramPreview()));
  afterEach(async () => {
    diagrams.dispose();
    await tabGroups.close(previews());
  });

  test("can be opened where VS Code has an extension that draws it", () => {
    const isBuiltIn = vscode.extensions.getExtension("vscode.mermaid-markdown-features") !== undefined;
    assert.equal(canPreviewDiagrams(), isBuiltIn);
  });

  test("is shown in the Markdown preview, without a file", async () => {
    await diagrams.open("graph TD; A-->B");
    const [preview] = await waitFor(() => (previews().length > 0 ? previews() : undefined), tabGroups.onDidChangeTabs);
    assert.ok(preview?.input instanceof vscode.TabInputWebview);
    assert.equal(preview.isDirty, false);
    const uri = vscode.Uri.from({ scheme: "free-models-diagram", path: "/Diagram 1.md" });
    const document = await vscode.workspace.openTextDocument(uri);
    assert.equal(document.getText(), "```mermaid\ngraph TD; A-->B\n```");
  });
});
