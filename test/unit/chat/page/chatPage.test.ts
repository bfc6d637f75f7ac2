import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { ToWebview } from "../../../../src/chat/page/protocol";
import { answerEvents, ScriptedRouter } from "../../../support/scriptedRouter";
import { temporaryFolder } from "../../../support/temporaryFolder";
import { createPage, openPage, submitMessage } from "./pageHarness";

describe("ChatPage", () => {
  test("posts nothing until the page is ready, then the state, and then changes", async () => {
    await using folder = await temporaryFolder();
    const router = new ScriptedRouter(answerEvents("Hello."));
    const { receive, posted, session, takeTypes } = await openPage(folder.path, { router });
    assert.deepEqual(takeTypes(), []);
    await receive({ type: "ready" });
    assert.deepEqual(takeTypes(), ["state"]);
    await receive(submitMessage("Hi?"));
    await session.idle();
    assert.ok(posted.some(({ type }) => type === "turns"));
    const draft = posted.findLast((message) => message.type === "draft")?.draft;
    assert.equal(draft?.text, "");
    posted.length = 0;
    await receive({ type: "ready" });
    const state = posted.find((message) => message.type === "state")?.state;
    assert.equal(state?.turns[0]?.answer?.text, "Hello.");
    assert.deepEqual(state.turns[0].answer.model, { id: "m/one:free", name: "M/ONE:FREE" });
  });

  test("posts nothing while the page is hidden", async () => {
    await using folder = await temporaryFolder();
    const router = new ScriptedRouter(answerEvents("Hello."));
    const { page, receive, session, takeTypes } = await openPage(folder.path, { router });
    await receive({ type: "ready" });
    page.hidden();
    takeTypes();
    await receive(submitMessage("Hi?"));
    await session.idle();
    assert.deepEqual(takeTypes(), []);
  });

  test("shows the last of several chats, and leaves a chat open that another page shows", async () => {
    await using folder = await temporaryFolder();
    const router = new ScriptedRouter(answerEvents("Hello."));
    const { page, dependencies, session } = await openPage(folder.path, { router });
    const posted: ToWebview[] = [];
    const other = createPage(dependencies, posted);
    await other.show("c1");
    await other.receive({ type: "ready" });
    await Promise.all(["c2", "c3"].map((id) => page.show(id)));
    assert.equal(page.session?.id, "c3");
    posted.length = 0;
    await session.conversation.draft.change(() => ({ text: "Still there?" }));
    await session.submit();
    await session.idle();
    assert.ok(
      posted.some(({ type }) => type === "delta"),
      "the other page follows its chat",
    );
    page.dispose();
    other.dispose();
    await session.idle();
  });

  test("releases a chat that opens after the page was closed", async () => {
    await using folder = await temporaryFolder();
    const { page, dependencies } = await openPage(folder.path);
    const opening = page.show("c2");
    page.dispose();
    const released = await opening;
    assert.notEqual(await dependencies.sessions.acquire("c2"), released);
  });

  test("ignores invalid messages", async () => {
    await using folder = await temporaryFolder();
    const { page, actions, posted } = await openPage(folder.path);
    const messages = [
      null,
      1,
      "x",
      {},
      { type: "nope" },
      { type: "show", after: "../../x", id: "y" },
      { type: "submit" },
    ];
    for (const message of messages) await page.receive(message);
    assert.deepEqual([actions, posted], [[], []]);
  });
});
