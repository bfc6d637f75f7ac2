import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { shownBranch } from "../../../../src/chat/conversation/branch";
import { RouterError } from "../../../../src/router/index";
import { answerEvents, ScriptedRouter } from "../../../support/scriptedRouter";
import { temporaryFolder } from "../../../support/temporaryFolder";
import { answerText, ask, askAll, openWindow, shownTurns } from "../chatHarness";
import { model } from "../../router/sampleModels";

describe("Session", () => {
  test("asks the drafted question, and is the same when it is opened again", async () => {
    await using folder = await temporaryFolder();
    const router = new ScriptedRouter(answerEvents("Hello."), answerEvents("Again."));
    const { sessions, store } = openWindow(folder.path, { router });
    const session = await sessions.acquire("c1");
    await ask(session, " Hi? ");
    assert.deepEqual(
      [session.conversation.draft.content.text, session.conversation.draft.content.attachments],
      ["", []],
    );
    await session.idle();
    await askAll(session, "More?");
    const expected = [
      ["Hi?", "Hello.", "complete"],
      ["More?", "Again.", "complete"],
    ];
    assert.deepEqual(shownTurns(session), expected);
    await sessions.close();

    const reopened = await openWindow(folder.path).sessions.acquire("c1");
    assert.deepEqual(shownTurns(reopened), expected);
    assert.deepEqual(
      (await store.list()).map(({ title, turns }) => [title, turns]),
      [["Hi?", 2]],
    );
  });

  test("stops at once while the catalog is still loading", async () => {
    await using folder = await temporaryFolder();
    const router = new ScriptedRouter();
    const explaining = Promise.withResolvers<undefined>();
    router.explain = () => {
      explaining.resolve(undefined);
      return new Promise(() => undefined);
    };
    const { sessions } = openWindow(folder.path, { router });
    const session = await sessions.acquire("c1");
    await ask(session, "Hi?");
    await explaining.promise;
    const before = performance.now();
    await session.stop();
    await session.idle();
    assert.deepEqual(shownTurns(session), [["Hi?", "", "stopped"]]);
    assert.ok(performance.now() - before < 2_000, "it waited for the catalog");
    await sessions.close();
  });

  test("asks another model at once when the user wants it", async () => {
    await using folder = await temporaryFolder();
    const router = new ScriptedRouter([new Promise(() => undefined)]);
    const { sessions } = openWindow(folder.path, { router });
    const session = await sessions.acquire("c1");
    await ask(session, "Hi?");
    await router.asked;
    const running = session.conversation.state.turns[0]?.answers[0]?.id ?? "";
    for (const id of [running, running, "another answer"]) session.askAnother(id);
    assert.equal(router.otherModelsAsked, 2);
    await sessions.close();
  });

  test("tells the router when a complete answer was not good enough", async () => {
    await using folder = await temporaryFolder();
    const router = new ScriptedRouter(answerEvents("One", "m/a:free"), answerEvents("Two", "m/b:free"));
    const session = await openWindow(folder.path, { router }).sessions.acquire("c1");
    await askAll(session, "Hi?");
    const turn = session.conversation.state.turns[0]!.id;
    await session.regenerate(turn, { another: false });
    await session.idle();
    session.feedback(session.conversation.state.turns[0]!.answers[1]!.id, "applied");
    assert.deepEqual(router.feedbacks, ["m/a:free asked-again", "m/b:free applied"]);
  });

  test("keeps the text of a stopped answer, excludes its model when another one is asked, and continues it", async () => {
    await using folder = await temporaryFolder();
    const router = new ScriptedRouter(
      [...answerEvents("Some", "m/a:free").slice(0, -1), new Promise(() => undefined)],
      answerEvents("Other", "m/b:free"),
      answerEvents(" of it.", "m/a:free"),
    );
    router.pool = ["m/a:free", "m/b:free"].map((id) => model(id));
    const session = await openWindow(folder.path, { router }).sessions.acquire("c1");
    const written = answerText(session, "Some");
    await ask(session, "Hi?");
    await written;
    await session.stop();
    await session.idle();
    assert.deepEqual(shownTurns(session), [["Hi?", "Some", "stopped"]]);
    await session.regenerate(session.conversation.state.turns[0]!.id, { another: true });
    await session.idle();
    assert.deepEqual(shownTurns(session), [["Hi?", "Other", "complete"]]);
    assert.deepEqual(router.requests[1]?.exclude, ["m/a:free"]);
    assert.equal(session.conversation.state.turns[0]?.answers.length, 2);
    await session.show(session.conversation.state.turns[0].id, session.conversation.state.turns[0].answers[0]!.id);
    await session.continueAnswer(session.conversation.state.turns[0].answers[0]!.id);
    await session.idle();
    assert.deepEqual(shownTurns(session), [["Hi?", "Some of it.", "complete"]]);
  });

  test("continues an answer that was interrupted when the process was killed", async () => {
    await using folder = await temporaryFolder();
    const half = [...answerEvents("Half of").slice(0, -1), new Promise<never>(() => undefined)];
    const session = await openWindow(folder.path, { router: new ScriptedRouter(half) }).sessions.acquire("c1");
    const written = answerText(session, "Half of");
    await ask(session, "Hi?");
    await written;
    await session.conversation.flush();

    // The first window does nothing from here on, as if it were killed.
    const router = new ScriptedRouter(answerEvents(" it, and the rest."));
    const reopened = await openWindow(folder.path, { router, pid: 2 }).sessions.acquire("c1");
    assert.deepEqual(shownTurns(reopened), [["Hi?", "Half of", "interrupted"]]);
    await reopened.continueAnswer(shownBranch(reopened.conversation.state)[0]!.answer!.id);
    await reopened.idle();
    assert.deepEqual(shownTurns(reopened), [["Hi?", "Half of it, and the rest.", "complete"]]);
    assert.equal(router.requests[0]?.messages.at(-2)?.content, "Half of");
  });

  test("says which model began an answer that another one continues", async () => {
    await using folder = await temporaryFolder();
    const cut = [...answerEvents("Half of", "m/a:free").slice(0, -1), new RouterError("interrupted", "Cut.")];
    for (const [model, notices] of [
      ["m/b:free", ["m/a:free began this answer, and m/b:free completed it."]],
      ["m/a:free", []],
    ] as const) {
      const router = new ScriptedRouter([...cut], answerEvents(" it.", model));
      const session = await openWindow(folder.path, { router }).sessions.acquire(`c-${model.slice(2, 3)}`);
      await ask(session, "Hi?");
      await session.idle();
      await session.continueAnswer(shownBranch(session.conversation.state)[0]!.answer!.id);
      await session.idle();
      const continued = shownBranch(session.conversation.state)[0]!.answer!;
      assert.deepEqual([continued.text, continued.notices], ["Half of it.", notices]);
    }
  });

  test("keeps the attachments of an edited question, and the original question beside it", async () => {
    await using folder = await temporaryFolder();
    const router = new ScriptedRouter(answerEvents("One"), answerEvents("Two"), answerEvents("Uno"));
    const session = await openWindow(folder.path, { router }).sessions.acquire("c1");
    await session.conversation.draft.attach([{ id: "", kind: "selection", label: "a.ts:1", text: "let a" }]);
    await askAll(session, "1?", "2?");
    const first = session.conversation.state.turns[0]!.id;
    await session.edit(first, "uno?");
    await session.idle();
    assert.deepEqual(shownTurns(session), [["uno?", "Uno", "complete"]]);
    assert.equal(shownBranch(session.conversation.state)[0]?.turn.question.attachments[0]?.label, "a.ts:1");
    await session.show("", first);
    assert.deepEqual(shownTurns(session), [
      ["1?", "One", "complete"],
      ["2?", "Two", "complete"],
    ]);
  });
});
