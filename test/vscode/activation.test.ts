import assert from "node:assert/strict";
import * as vscode from "vscode";
import { commands, settings } from "../../src/manifest";

describe("Activation", () => {
  const extension = vscode.extensions.getExtension("free-models.free-models-router");

  test("activates the extension", async () => {
    assert.ok(extension, "VS Code did not load the extension");
    await extension.activate();
    assert.equal(extension.isActive, true);
  });

  test("registers every command", async () => {
    const registered = new Set(await vscode.commands.getCommands(true));
    assert.deepEqual(
      Object.values(commands).filter((id) => !registered.has(id)),
      [],
    );
  });

  test("registers every setting", () => {
    const configuration = vscode.workspace.getConfiguration();
    assert.deepEqual(
      Object.values(settings).filter((id) => configuration.inspect(id)?.defaultValue === undefined),
      [],
    );
  });
});
