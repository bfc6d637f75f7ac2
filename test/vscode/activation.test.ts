import assert from "node:assert/strict";
import * as vscode from "vscode";
import { commands, settings } from "../../src/manifest";

suite("Activation", () => {
  const extension = vscode.extensions.getExtension("free-models.free-models-router");

  test("the extension is there and activates", async () => {
    assert.ok(extension, "VS Code did not load the extension");
    await extension.activate();
    assert.equal(extension.isActive, true);
  });

  test("every command can be run", async () => {
    const known = new Set(await vscode.commands.getCommands(true));
    assert.deepEqual(
      Object.values(commands).filter((id) => !known.has(id)),
      [],
    );
  });

  test("every setting is known to VS Code", () => {
    const configuration = vscode.workspace.getConfiguration();
    assert.deepEqual(
      Object.values(settings).filter((id) => configuration.inspect(id)?.defaultValue === undefined),
      [],
    );
  });
});
