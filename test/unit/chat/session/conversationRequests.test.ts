import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { shownBranch } from "../../../../src/chat/conversation/branch";
import { answerEvents, ScriptedRouter } from "../../../support/scriptedRouter";
import { temporaryFolder } from "../../../support/temporaryFolder";
import { askAll, openWindow } from "../chatHarness";
import { model } from "../../router/sampleModels";

describe("ConversationRequests", () => {
  test("leaves out the oldest questions of a chat that is too long, and records where the request starts", async () => {
    await using folder = await temporaryFolder();
    const router = new ScriptedRouter(...["1", "2", "3", "4"].map((text) => answerEvents(text)));
    router.pool = [model("m/one:free", { contextLength: 20_000 })];
    const session = await openWindow(folder.path, { router }).sessions.acquire("c1");
    // About 7,000 tokens each: two of them and the reserve for the answer fill the context.
    for (const word of ["one", "two", "three", "four"])
      await askAll(session, `${word} `.repeat(Math.ceil(21_000 / (word.length + 1))));
    const sent = router.requests.map(({ messages }) =>
      messages.filter(({ role }) => role === "user").map(({ content }) => JSON.stringify(content).slice(1, 4)),
    );
    assert.deepEqual(sent, [["one"], ["one", "two"], ["two", "thr"], ["thr", "fou"]]);
    const branch = shownBranch(session.conversation.published);
    const questionOf = (id: string | undefined) =>
      branch.find(({ turn }) => turn.id === id)?.turn.question.text.slice(0, 3);
    assert.deepEqual(
      branch.map(({ answer }) => questionOf(answer?.sentFrom)),
      [undefined, undefined, "two", "thr"],
    );
    const { warning, tokenEstimate } = await session.requests.sendPreview();
    assert.match(warning?.text ?? "", /Its first 2 questions will not be sent/);
    assert.ok(tokenEstimate && tokenEstimate.share > 0.5 && tokenEstimate.share <= 1);
  });
});
