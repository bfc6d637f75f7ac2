import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { answerEvents, ScriptedRouter } from "../../../support/scriptedRouter";
import { temporaryFolder } from "../../../support/temporaryFolder";
import { reads, scriptedTools } from "../session/lookHarness";
import { openRouter } from "../session/sampleServices";
import { openPage, submitMessage } from "./pageHarness";

describe("Looking into the project from the page", () => {
  test("is offered for questions about the project only, and remembered", async () => {
    await using folder = await temporaryFolder();
    let isOn = false;
    const lookCloser = { ...scriptedTools({}).lookCloser, isOn: () => isOn, setOn: (on: boolean) => (isOn = on) };
    const { receive, posted, session } = await openPage(folder.path, { lookCloser });
    const preview = async (text: string) => {
      await session.conversation.draft.change(() => ({ text }));
      return session.requests.lookCloserPreview();
    };
    await receive({ type: "ready" });
    assert.equal(await preview("What is a?"), undefined);
    assert.deepEqual(await preview("@project What is a?"), { isOn: false, most: 4 });
    posted.length = 0;
    await receive({ type: "look-closer", isOn: true });
    assert.deepEqual(await session.requests.lookCloserPreview(), { isOn: true, most: 4 });
    while (!posted.some(({ type }) => type === "send-preview")) await new Promise(setImmediate);
    const shown = posted.findLast((message) => message.type === "send-preview");
    assert.deepEqual(shown?.preview.lookCloser, { isOn: true, most: 4 });
  });

  test("says what is left today, unless that is none", async () => {
    await using folder = await temporaryFolder();
    const router = new ScriptedRouter();
    const { receive, session } = await openPage(folder.path, { router });
    await receive({ type: "ready" });
    await session.conversation.draft.change(() => ({ text: "@project What is a?" }));
    for (const [left, shown] of [
      [31, 31],
      [0, undefined],
    ] as const) {
      router.services = () => Promise.resolve([openRouter(left)]);
      assert.equal((await session.requests.lookCloserPreview())?.left, shown);
    }
  });

  test("shows calls and requests as they are made, and results when they are opened", async () => {
    await using folder = await temporaryFolder();
    const router = new ScriptedRouter(reads("a.ts"), answerEvents("It is 1."));
    const { lookCloser } = scriptedTools({ "a.ts": "let a = 1;" });
    const { receive, posted, session } = await openPage(folder.path, { router, lookCloser });
    await receive({ type: "ready" });
    await receive(submitMessage("@project What is a?"));
    await session.idle();
    const looks = posted.flatMap((message) =>
      message.type === "answer" && message.answer.look ? message.answer.look : [],
    );
    assert.deepEqual(looks.at(-1), {
      ...{ current: 2, most: 4, failed: 0, sent: 2 },
      calls: [{ id: looks.at(-1)?.calls[0]?.id, name: "read_lines", label: "Read a.ts", state: "done" }],
    });
    await receive({ type: "expand", id: looks.at(-1)?.calls[0]?.id ?? "" });
    assert.deepEqual(
      posted.findLast(({ type }) => type === "attachment-text"),
      {
        ...{ type: "attachment-text", id: looks.at(-1)?.calls[0]?.id, text: "a.ts:1\nlet a = 1;" },
      },
    );
  });

  test("answers without tools if the user wants the answer now", async () => {
    await using folder = await temporaryFolder();
    const router = new ScriptedRouter([new Promise(() => undefined)], answerEvents("It is 1."));
    const { receive, session } = await openPage(folder.path, { router, lookCloser: scriptedTools({}).lookCloser });
    await receive({ type: "ready" });
    await receive(submitMessage("@project What is a?"));
    await router.asked;
    await receive({ type: "answer-now" });
    await session.idle();
    assert.deepEqual(
      router.requests.map(({ tools }) => tools !== undefined),
      [true, false],
    );
    assert.equal(session.conversation.state.turns[0]?.answers[0]?.text, "It is 1.");
  });

  test("is repeated by asking again, with no more rounds than before", async () => {
    await using folder = await temporaryFolder();
    const router = new ScriptedRouter(answerEvents("It is 1."), reads("a.ts"), answerEvents("It is 1."));
    let rounds = 1;
    const lookCloser = { ...scriptedTools({ "a.ts": "let a = 1;" }).lookCloser, rounds: () => rounds };
    const { receive, session } = await openPage(folder.path, { router, lookCloser });
    await receive({ type: "ready" });
    await receive(submitMessage("@project What is a?"));
    await session.idle();
    rounds = 8;
    await receive({ type: "regenerate", turn: session.conversation.state.turns[0]?.id ?? "", another: false });
    await session.idle();
    assert.deepEqual(
      router.requests.map(({ tools }) => tools !== undefined),
      [true, true, false],
    );
  });

  test("is kept by a question that waits behind another answer", async () => {
    await using folder = await temporaryFolder();
    const first = Promise.withResolvers<undefined>();
    const router = new ScriptedRouter(
      [first.promise, ...answerEvents("Yes.")],
      reads("a.ts"),
      answerEvents("It is 1."),
    );
    const { lookCloser } = scriptedTools({ "a.ts": "let a = 1;" });
    const { receive, session } = await openPage(folder.path, { router, lookCloser });
    await receive({ type: "ready" });
    await receive(submitMessage("Hi?"));
    await receive(submitMessage("@project What is a?", 99));
    first.resolve(undefined);
    await session.idle();
    assert.deepEqual(
      router.requests.map(({ tools }) => tools !== undefined),
      [false, true, true],
    );
  });
});
