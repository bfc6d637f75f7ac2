import assert from "node:assert/strict";
import { chmod, readdir, stat } from "node:fs/promises";
import path from "node:path";
import { describe, test } from "node:test";
import { answerEvents, ScriptedRouter } from "../../../support/scriptedRouter";
import { temporaryFolder } from "../../../support/temporaryFolder";
import { askAll, openWindow } from "../chatHarness";

const image = { id: "", kind: "image", label: "a.png", mediaType: "image/png", data: "AAAA" } as const;

/** The paths below the folder that others than their owner may access. */
async function sharedPaths(folder: string): Promise<string[]> {
  const paths = ["", ...(await readdir(folder, { recursive: true }))];
  const modes = await Promise.all(paths.map(async (name) => (await stat(path.join(folder, name))).mode & 0o777));
  return paths.filter((_, index) => (modes[index]! & 0o077) !== 0);
}

describe("Files of chats", { skip: process.platform === "win32" && "Windows has no modes" }, () => {
  async function createChat(folder: string): Promise<void> {
    const { sessions, store } = openWindow(folder, {
      router: new ScriptedRouter(answerEvents("One"), answerEvents("Two")),
    });
    const session = await sessions.acquire("c1");
    await session.composer.attach([image]);
    await askAll(session, "1?", "2?");
    await session.deleteTurn(session.conversation.state.turns[1]!.id);
    await session.conversation.draft.setText("3?", 9, "");
    await sessions.close();
    await store.add("c2", await store.readWithImages("c1"));
    await store.delete(["c2"]);
  }

  test("are private to the user", async () => {
    await using folder = await temporaryFolder();
    const chats = path.join(folder.path, "conversations");
    await createChat(chats);
    assert.deepEqual(await sharedPaths(chats), []);
    assert.equal((await readdir(path.join(chats, "c1"))).length, 3);
  });

  test("become private when they are opened, if an earlier version created them", async () => {
    await using folder = await temporaryFolder();
    await createChat(folder.path);
    for (const name of await readdir(folder.path, { recursive: true }))
      await chmod(path.join(folder.path, name), 0o755);
    await chmod(folder.path, 0o755);
    const { store, sessions } = openWindow(folder.path);
    await store.list();
    await sessions.acquire("c1");
    const shared = await sharedPaths(folder.path);
    assert.ok(
      shared.every((name) => name.startsWith(".trash")),
      shared.join(),
    );
  });
});
