import assert from "node:assert/strict";
import { rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, test } from "node:test";
import { answerEvents, ScriptedRouter } from "../../../support/scriptedRouter";
import { temporaryFolder } from "../../../support/temporaryFolder";
import { ask, askAll, openWindow, shownTurns } from "../chatHarness";

describe("ConversationWriter", () => {
  test("reports that writing fails, and writes everything once it is possible", async () => {
    await using folder = await temporaryFolder();
    const router = new ScriptedRouter(answerEvents("Hello."), answerEvents("Again."));
    const { sessions } = openWindow(folder.path, { router });
    const session = await sessions.acquire("c1");
    const obstacle = path.join(folder.path, "c1");
    await writeFile(obstacle, "a file where the folder has to be");
    const changes: string[] = [];
    session.conversation.onDidChange(({ type }) => {
      if (type === "unsaved" || type === "saved") changes.push(type);
    });
    await askAll(session, "Hi?");
    assert.deepEqual(shownTurns(session), [["Hi?", "Hello.", "complete"]]);
    assert.deepEqual(changes, ["unsaved"]);
    // Showing another chat meanwhile does not lose this one.
    await sessions.release(session);
    assert.equal(await sessions.acquire("c1"), session);

    await rm(obstacle);
    await askAll(session, "More?");
    assert.deepEqual(changes, ["unsaved", "saved"]);
    await sessions.close();
    const reopened = await openWindow(folder.path).sessions.acquire("c1");
    assert.deepEqual(shownTurns(reopened), [
      ["Hi?", "Hello.", "complete"],
      ["More?", "Again.", "complete"],
    ]);
  });

  test("ends the answer if another window deletes the chat, and restores the chat with the next question", async () => {
    await using folder = await temporaryFolder();
    const half = [...answerEvents("Half").slice(0, -1), new Promise<never>(() => undefined)];
    const one = openWindow(folder.path, {
      router: new ScriptedRouter(answerEvents("Hello."), half, answerEvents("Again.")),
    });
    const two = openWindow(folder.path, { pid: 2, alive: true });
    const session = await one.sessions.acquire("c1");
    let deletions = 0;
    session.conversation.onDidChange(({ type }) => {
      if (type === "deleted") deletions += 1;
    });
    await askAll(session, "Hi?");
    await two.store.delete(["c1"]);
    assert.deepEqual(await two.store.list(), []);
    await ask(session, "More?");
    assert.deepEqual(
      (await two.store.list()).map(({ id }) => id),
      ["c1"],
    );
    await two.store.delete(["c1"]);
    // A delta alone does not restore the chat.
    session.conversation.record({ type: "answer-delta", answer: "unknown", text: "text" });
    await session.idle();
    assert.equal(deletions, 1);
    assert.deepEqual(await two.store.list(), []);
    await session.conversation.draft.setText("Still there?", 100, "");
    await two.store.restore(["c1"]);
    const { conversation } = await two.store.readWithImages("c1");
    assert.deepEqual(
      conversation.turns.map(({ question }) => question.text),
      ["Hi?", "More?"],
    );
    await askAll(session, "Still there?");
    await one.sessions.close();
    assert.equal((await two.store.readWithImages("c1")).conversation.turns.length, 3);
  });
});
