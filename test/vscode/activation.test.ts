import assert from "node:assert/strict";
import * as vscode from "vscode";

suite("Activation", () => {
  test("the extension is there and activates", async () => {
    const extension = vscode.extensions.getExtension("free-models.free-models-router");
    assert.ok(extension, "VS Code did not load the extension");
    await extension.activate();
    assert.equal(extension.isActive, true);
  });
});
