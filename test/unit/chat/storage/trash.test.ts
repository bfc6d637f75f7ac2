import assert from "node:assert/strict";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, test } from "node:test";
import { moveToTrash, restoreFromTrash } from "../../../../src/chat/storage/trash";
import { temporaryFolder } from "../../../support/temporaryFolder";

async function write(folder: string, files: Record<string, string>): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(folder, name), text);
}

describe("The trash", () => {
  test("keeps all files of a conversation", async () => {
    await using folder = await temporaryFolder();
    const files = { "events.jsonl": "events", "draft.json": "draft", "i1.png": "image" };
    await write(path.join(folder.path, "c1"), files);
    await moveToTrash(folder.path, "c1");
    assert.deepEqual(await readdir(folder.path), [".trash"]);
    assert.equal(await restoreFromTrash(folder.path, "c1"), true);
    assert.deepEqual(new Set(await readdir(path.join(folder.path, "c1"))), new Set(Object.keys(files)));
    assert.equal(await restoreFromTrash(folder.path, "c1"), false);
  });

  test("does not overwrite a draft that another window saved after the deletion", async () => {
    await using folder = await temporaryFolder();
    const conversation = path.join(folder.path, "c1");
    await write(conversation, { "events.jsonl": "events", "draft.json": "old" });
    await moveToTrash(folder.path, "c1");
    await write(conversation, { "draft.json": "new" });
    await restoreFromTrash(folder.path, "c1");
    assert.equal(await readFile(path.join(conversation, "draft.json"), "utf8"), "new");
    assert.equal(await readFile(path.join(conversation, "events.jsonl"), "utf8"), "events");
  });

  test("does not overwrite the events of a conversation that was restored already", async () => {
    await using folder = await temporaryFolder();
    const conversation = path.join(folder.path, "c1");
    await write(conversation, { "events.jsonl": "old" });
    await moveToTrash(folder.path, "c1");
    await write(conversation, { "events.jsonl": "new" });
    assert.equal(await restoreFromTrash(folder.path, "c1"), true);
    assert.equal(await readFile(path.join(conversation, "events.jsonl"), "utf8"), "new");
  });

  test("ignores a conversation that has no folder", async () => {
    await using folder = await temporaryFolder();
    await moveToTrash(folder.path, "c1");
    assert.equal(await restoreFromTrash(folder.path, "c1"), false);
  });
});
