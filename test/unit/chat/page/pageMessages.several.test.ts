import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { FromWebview } from "../../../../src/chat/page/protocol";
import { answerEvents, ScriptedRouter } from "../../../support/scriptedRouter";
import { temporaryFolder } from "../../../support/temporaryFolder";
import { model } from "../../router/sampleModels";
import { scriptedTools } from "../session/lookHarness";
import { openPage, submitMessage } from "./pageHarness";

const several = (text: string): FromWebview => ({ ...submitMessage(text), several: true }) as FromWebview;

function routerOf(...texts: string[]): ScriptedRouter {
  const router = new ScriptedRouter(...texts.map((text, index) => answerEvents(text, `m/${index}:free`)));
  router.pool = ["m/0:free", "m/1:free", "m/2:free"].map((id) => model(id));
  return router;
}

describe("Asking several models", () => {
  test("asks those that the user chooses, and goes on from the one that is kept", async () => {
    await using folder = await temporaryFolder();
    const router = routerOf("One", "Two");
    const chosenModels = (models: readonly string[]) => models.slice(0, 2);
    const { receive, session, posted } = await openPage(folder.path, { router, chosenModels });
    await receive({ type: "ready" });
    await receive(several("Hi?"));
    await session.idle();
    const [turn] = session.conversation.published.turns;
    assert.deepEqual(
      turn?.answers.map(({ text }) => text),
      ["One", "Two"],
    );
    await receive({ type: "keep", answer: turn.columns?.[1] ?? "" });
    const shown = posted.findLast((message) => message.type === "turns")?.turns[0];
    assert.deepEqual([shown?.answer?.text, shown?.columns], ["Two", undefined]);
    assert.equal(posted.at(-1)?.type, "focus");
  });

  test("sends nothing and keeps the question if the user cancels", async () => {
    await using folder = await temporaryFolder();
    const router = routerOf();
    const { receive, session } = await openPage(folder.path, { router, chosenModels: () => undefined });
    await receive({ type: "ready" });
    await receive(several("Hi?"));
    assert.deepEqual([router.requests, session.conversation.draft.content.text], [[], "Hi?"]);
  });

  test("sends nothing while an answer is still being written", async () => {
    await using folder = await temporaryFolder();
    const router = new ScriptedRouter([new Promise(() => undefined)]);
    const { receive, session, posted, page } = await openPage(folder.path, { router, chosenModels: (all) => all });
    await receive({ type: "ready" });
    await receive(submitMessage("First?"));
    await receive({ ...several("Second?"), revision: 5 } as FromWebview);
    assert.equal(session.conversation.draft.content.text, "Second?");
    assert.ok(posted.some((message) => message.type === "notice" && /still being written/.test(message.notice.text)));
    await page.session?.stop();
    await session.idle();
  });

  test("says that the models do not look closer into the project", async () => {
    await using folder = await temporaryFolder();
    const { lookCloser } = scriptedTools({});
    const options = {
      router: routerOf("One", "Two", "Three"),
      lookCloser,
      chosenModels: (all: readonly string[]) => all,
    };
    const { receive, session, posted } = await openPage(folder.path, options);
    await receive({ type: "ready" });
    await receive(several("@project Where is it?"));
    await session.idle();
    const notices = posted.flatMap((message) => (message.type === "notice" ? message.notice.text : []));
    assert.deepEqual(notices, ["Several models answer without looking closer, from what is attached."]);
  });

  test("asks the question of an answer again from its menu", async () => {
    await using folder = await temporaryFolder();
    const router = routerOf("One", "Two", "Three");
    const { page, receive, session } = await openPage(folder.path, { router, chosenModels: (all) => all.slice(1) });
    await receive(submitMessage("Hi?"));
    await session.idle();
    await page.runAnswerAction("ask-several", session.conversation.published.turns[0]!.answers[0]!.id);
    await session.idle();
    assert.deepEqual(
      session.conversation.published.turns[0]?.answers.map(({ text }) => text),
      ["One", "Two", "Three"],
    );
    assert.deepEqual(
      router.requests.map(({ pin }) => pin),
      [undefined, "m/1:free", "m/2:free"],
    );
  });
});
