import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { TextAttachment } from "../../../../src/context/attachment";
import { answerEvents, ScriptedRouter } from "../../../support/scriptedRouter";
import { temporaryFolder } from "../../../support/temporaryFolder";
import { askAll, openWindow } from "../chatHarness";

const agents: TextAttachment = {
  id: "x",
  kind: "instructions",
  label: "AGENTS.md",
  uri: "file:///w/AGENTS.md",
  text: "Use tabs.",
};

describe("Session and project instructions", () => {
  test("sends them until the user removes them from the chat, and again once the user attaches them", async () => {
    await using folder = await temporaryFolder();
    const router = new ScriptedRouter(answerEvents("1"), answerEvents("2"), answerEvents("3"));
    const { sessions } = openWindow(folder.path, { router, project: [agents] });
    const session = await sessions.acquire("c1");
    const systemMessage = () => JSON.stringify(router.requests.at(-1)?.messages[0]);
    await askAll(session, "One?");
    assert.match(systemMessage(), /Use tabs\./);

    const [previewed] = (await session.requests.sendPreview()).instructions;
    assert.deepEqual([previewed?.kind, previewed?.label, previewed?.text], ["instructions", "AGENTS.md", "Use tabs."]);
    await session.composer.detach(previewed?.id ?? "");
    assert.deepEqual((await session.requests.sendPreview()).instructions, []);
    await askAll(session, "Two?");
    assert.doesNotMatch(systemMessage(), /Use tabs\./);

    await sessions.close();
    const reopened = await openWindow(folder.path, { router, project: [agents] }).sessions.acquire("c1");
    assert.deepEqual((await reopened.requests.sendPreview()).instructions, [], "still removed after a restart");
    await reopened.composer.attach([agents]);
    assert.deepEqual(
      [reopened.conversation.draft.content.attachments, (await reopened.requests.sendPreview()).instructions.length],
      [[], 1],
    );
    await askAll(reopened, "Three?");
    assert.equal(systemMessage().split("Use tabs.").length, 2, "sent once");
  });
});
