import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Session } from "../../../../src/chat/session/session";
import { answerEvents, ScriptedRouter } from "../../../support/scriptedRouter";
import { temporaryFolder } from "../../../support/temporaryFolder";
import { ask, askAll, openWindow, shownTurns } from "../chatHarness";

describe("OpenSessions", () => {
  test("shares a session between its users and closes it after the last one", async () => {
    await using folder = await temporaryFolder();
    const { sessions } = openWindow(folder.path);
    const session = await sessions.acquire("c1");
    assert.equal(await sessions.acquire("c1"), session);
    await sessions.release(session);
    assert.equal(await sessions.with("c1", (same) => Promise.resolve(same)), session);
    await sessions.release(session);
    assert.notEqual(await sessions.acquire("c1"), session);
  });

  test("keeps a released session until its answer has ended", async () => {
    await using folder = await temporaryFolder();
    const gate = Promise.withResolvers<unknown>();
    const router = new ScriptedRouter([gate.promise, ...answerEvents("Hello.")]);
    const { sessions } = openWindow(folder.path, { router });
    const session = await sessions.acquire("c1");
    await ask(session, "Hi?");
    const released = sessions.release(session);
    assert.equal(await sessions.acquire("c1"), session);
    gate.resolve(undefined);
    await released;
    assert.deepEqual(shownTurns(session), [["Hi?", "Hello.", "complete"]]);
    await sessions.close();
  });

  test("forks a chat at an answer, with its images, into a separate chat", async () => {
    await using folder = await temporaryFolder();
    const router = new ScriptedRouter(answerEvents("One"), answerEvents("Two"), answerEvents("Zwei"));
    const { sessions } = openWindow(folder.path, { router });
    const session = await sessions.acquire("c1");
    const image = { id: "", kind: "image", label: "a.png", mediaType: "image/png", data: "QUJD" } as const;
    await session.conversation.draft.attach([image]);
    await askAll(session, "1?", "2?");
    const fork = await sessions.acquire(await sessions.fork("c1", session.conversation.state.turns[0]!.answers[0]!.id));
    await askAll(fork, "zwei?");
    const questions = (each: Session) => shownTurns(each).map(([question]) => question);
    assert.deepEqual(
      [questions(fork), questions(session)],
      [
        ["1?", "zwei?"],
        ["1?", "2?"],
      ],
    );
    const [copied] = fork.conversation.state.turns[0]!.question.attachments;
    assert.ok(copied?.kind === "image");
    assert.equal((await fork.conversation.file.readImage(copied))?.data, "QUJD");
  });
});
