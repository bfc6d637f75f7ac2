import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { TextAttachment } from "../../../../src/context/attachment";
import type { FromWebview } from "../../../../src/chat/page/protocol";
import { answerEvents, ScriptedRouter } from "../../../support/scriptedRouter";
import { temporaryFolder } from "../../../support/temporaryFolder";
import { openPage, submitMessage } from "./pageHarness";

const code = (label: string, startLine = 0): TextAttachment => ({
  ...{ id: `id-${label}`, kind: "selection", label, text: `code of ${label}`, uri: `file:///w/${label}` },
  ...{ range: { startLine, startCharacter: 0, endLine: startLine + 9, endCharacter: 0 }, reason: "contains basket" },
});
const draft = (text: string, revision: number): FromWebview => ({
  type: "draft",
  conversation: "c1",
  text,
  revision,
  base: "",
});

describe("A question about the project", () => {
  test("is followed by the code it is about, as it is typed", async () => {
    await using folder = await temporaryFolder();
    const asked: string[] = [];
    const findCode = (question: string) => {
      asked.push(question);
      return Promise.resolve(question.includes("basket") ? [code("basket.ts"), code("price.ts")] : [code("price.ts")]);
    };
    const { receive, session, posted } = await openPage(folder.path, { attachments: { findCode } });
    const labels = (): string[] => session.conversation.draft.content.attachments.map(({ label }) => label);
    await receive({ type: "ready" });
    await receive({ type: "attach-text", label: "Pasted text", text: "a long text" });
    await receive(draft("How does the price", 1));
    await receive(draft("@project How does the price", 2));
    assert.deepEqual(labels(), ["Pasted text", "price.ts"]);
    await receive(draft("@project How does the basket work?", 3));
    await receive(draft("@project How does the basket work? ", 4));
    assert.deepEqual(labels(), ["Pasted text", "basket.ts", "price.ts"]);
    await receive(draft("How does the basket work?", 5));
    assert.deepEqual(labels(), ["Pasted text"]);
    assert.deepEqual(asked, ["How does the price", "How does the basket work?"]);
    const states = posted.flatMap((message) => (message.type === "project-search" ? [message.isRunning] : []));
    assert.deepEqual(states, [true, false, true, false]);
  });

  test("is told for which text nothing was found", async () => {
    await using folder = await temporaryFolder();
    const findCode = (question: string) => Promise.resolve(question === "basket" ? [code("basket.ts")] : []);
    const { receive, posted } = await openPage(folder.path, { attachments: { findCode } });
    await receive({ type: "ready" });
    await receive(draft("@project basket", 1));
    await receive(draft("@project zebra", 2));
    const ends = posted.filter((message) => message.type === "project-search" && !message.isRunning);
    assert.deepEqual(ends, [
      { type: "project-search", isRunning: false },
      { type: "project-search", isRunning: false, nothingFor: "@project zebra" },
    ]);
  });

  test("is sent with the code that is shown, without the mention", async () => {
    await using folder = await temporaryFolder();
    const router = new ScriptedRouter(answerEvents("It adds up."));
    const found = Promise.withResolvers<TextAttachment[]>();
    const { receive, session } = await openPage(folder.path, {
      router,
      attachments: { findCode: () => found.promise },
    });
    await receive({ type: "ready" });
    const submitted = receive(submitMessage("What does @project the basket do?"));
    found.resolve([code("basket.ts")]);
    await submitted;
    await session.idle();
    const sent = JSON.stringify(router.requests[0]?.messages.at(-1));
    assert.match(sent, /Selected code: basket\.ts.*code of basket\.ts.*What does the basket do\?/);
    assert.equal(session.conversation.state.turns[0]?.question.text, "What does @project the basket do?");
    assert.deepEqual(session.conversation.draft.content.attachments, []);
  });

  test("does not bring back what the user removed, until the next question", async () => {
    await using folder = await temporaryFolder();
    const router = new ScriptedRouter(answerEvents("It adds up."));
    let number = 0;
    const findCode = () => Promise.resolve([{ ...code("basket.ts"), id: `one-${++number}` }, code("price.ts")]);
    const { receive, session } = await openPage(folder.path, { router, attachments: { findCode } });
    const labels = (): string[] => session.conversation.draft.content.attachments.map(({ label }) => label);
    await receive({ type: "ready" });
    await receive(draft("@project basket", 1));
    await receive({ type: "detach", id: session.conversation.draft.content.attachments[0]!.id });
    await receive(draft("@project basket of books", 2));
    assert.deepEqual(labels(), ["price.ts"]);
    await receive({ type: "detach-all" });
    await receive(draft("@project basket of old books", 3));
    assert.deepEqual(labels(), []);
    await receive(submitMessage("@project basket of old books", 4));
    await session.idle();
    await receive(draft("@project basket", 5));
    assert.deepEqual(labels(), ["basket.ts", "price.ts"]);
  });

  test("ignores a search that a newer one has overtaken", async () => {
    await using folder = await temporaryFolder();
    const slow = Promise.withResolvers<TextAttachment[]>();
    const findCode = (question: string) => (question === "b" ? slow.promise : Promise.resolve([code("basket.ts")]));
    const { receive, session } = await openPage(folder.path, { attachments: { findCode } });
    await receive({ type: "ready" });
    const first = receive(draft("@project b", 1));
    await receive(draft("@project basket", 2));
    slow.resolve([code("late.ts")]);
    await first;
    assert.deepEqual(
      session.conversation.draft.content.attachments.map(({ label }) => label),
      ["basket.ts"],
    );
  });

  test("is sent without code if the search fails, and says so", async () => {
    await using folder = await temporaryFolder();
    const router = new ScriptedRouter(answerEvents("I do not know."));
    const { receive, session, posted } = await openPage(folder.path, {
      router,
      attachments: { findCode: () => Promise.reject(new Error("no thread")) },
    });
    await receive({ type: "ready" });
    await receive(submitMessage("@project basket"));
    await session.idle();
    assert.equal(router.requests.length, 1);
    const notice = posted.findLast((message) => message.type === "notice")?.notice;
    assert.equal(notice?.text, "Could not search the project. Check the log for details.");
  });
});
