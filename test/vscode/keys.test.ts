import assert from "node:assert/strict";
import * as vscode from "vscode";
import * as z from "zod/mini";

const keybindings = z.array(z.object({ key: z.string(), command: z.string() }));

suite("Our keys", () => {
  test("are used by nobody else: neither VS Code nor an extension that comes with it", async () => {
    const extension = vscode.extensions.getExtension("free-models.free-models-router");
    assert.ok(extension);
    const { contributes } = z.object({ contributes: z.object({ keybindings }) }).parse(extension.packageJSON);
    const document = await vscode.workspace.openTextDocument(
      vscode.Uri.parse("vscode://defaultsettings/keybindings.json"),
    );
    // JSON with comments, one binding an object.
    const all = keybindings.parse(JSON.parse(document.getText().replace(/^\s*\/\/.*$/gm, "")));
    assert.ok(all.length > 500, `only ${all.length} default bindings found`);

    for (const { key, command } of contributes.keybindings) {
      const users = all.filter((each) => each.key === key).map((each) => each.command);
      assert.deepEqual(users, [command], key);
    }
  });
});
