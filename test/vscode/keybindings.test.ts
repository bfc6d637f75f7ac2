import assert from "node:assert/strict";
import * as vscode from "vscode";
import * as z from "zod/mini";

const keybindings = z.array(z.object({ key: z.string(), command: z.string(), when: z.optional(z.string()) }));
const manifest = z.object({ contributes: z.object({ keybindings }) });

describe("The key bindings", () => {
  test("do not conflict with those of VS Code and its built-in extensions, except within a proposed edit", async () => {
    const extension = vscode.extensions.getExtension("free-models.free-models-router");
    assert.ok(extension, "VS Code did not load the extension");
    const { contributes } = manifest.parse(extension.packageJSON);
    const document = await vscode.workspace.openTextDocument(
      vscode.Uri.parse("vscode://defaultsettings/keybindings.json"),
    );
    // The document is JSON with comments.
    const all = keybindings.parse(JSON.parse(document.getText().replace(/^\s*\/\/.*$/gm, "")));
    assert.ok(all.length > 500, `only ${all.length} default key bindings found`);

    for (const { key, command, when = "" } of contributes.keybindings) {
      if (/\bresourceScheme == '?free-models-proposal\b|\bresourcePath in freeModels\.proposals\b/.test(when)) continue;
      const boundCommands = all.filter((each) => each.key === key).map((each) => each.command);
      assert.deepEqual(boundCommands, [command], key);
    }
  });
});
