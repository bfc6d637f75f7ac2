import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Attachment, TextAttachment } from "../../../../src/context/attachment";
import { RouterError, type CompletionRequest } from "../../../../src/router/index";
import { answerEvents, ScriptedRouter } from "../../../support/scriptedRouter";
import { scriptedSecretsCheck, type Decide } from "../../../support/scriptedSecretsCheck";
import { temporaryFolder } from "../../../support/temporaryFolder";
import { ask, askAll, openWindow, shownTurns } from "../chatHarness";

const aws = "AKIAIOSFODNN7EXAMPLE";

/** A session whose user decides like `decide`. `sent` has everything that reached the router, as one text. */
async function openSession(
  folder: string,
  decide: Decide,
  { project = [], links = {} }: { project?: TextAttachment[]; links?: Record<string, string> } = {},
) {
  const router = new ScriptedRouter(...["One", "Two", "Three"].map((text) => answerEvents(text)));
  const { check, asked } = scriptedSecretsCheck(decide, links);
  const { sessions, store } = openWindow(folder, { router, project, secrets: check });
  const session = await sessions.acquire("c1");
  const sent = (): string => router.requests.map((request: CompletionRequest) => JSON.stringify(request)).join("\n");
  return { session, store, router, asked, sent };
}

function notices({
  conversation,
}: Awaited<ReturnType<typeof openSession>>["session"]): (readonly string[] | undefined)[] {
  return conversation.published.turns.map(({ answers }) => answers.at(-1)?.notices);
}

describe("Session sends no secret unasked", () => {
  test("in the text of the composer: it stays there, with the place of the secret", async () => {
    await using folder = await temporaryFolder();
    const { session, router, asked } = await openSession(folder.path, () => "hold-back");
    await session.conversation.draft.change(() => ({ text: `  Key ${aws}?` }));
    assert.deepEqual(await session.submit(), { type: "held-back", secret: { start: 6, end: 26 } });
    assert.deepEqual(asked, [`Your question: ${aws}`]);
    assert.equal(router.requests.length, 0);
    assert.deepEqual(shownTurns(session), []);
    assert.equal(session.conversation.draft.content.text, `  Key ${aws}?`);
  });

  const outside: [what: string, attachment: Attachment, asked: string][] = [
    ["a pasted or dropped .env file", { id: "", kind: "file", label: ".env", text: "PIN=4711" }, ".env: .env"],
    ["a pasted text", { id: "", kind: "file", label: "Pasted text", text: `a ${aws}` }, `Pasted text: ${aws}`],
    ["a terminal selection", { id: "", kind: "terminal", label: "bash", text: `export K=${aws}` }, `bash: ${aws}`],
    ["a problem", { id: "", kind: "problem", label: "problem in a.ts:1", text: aws }, `problem in a.ts:1: ${aws}`],
    [
      "a diff of .env",
      { id: "", kind: "diff", label: "changes", text: "diff --git a/.env b/.env\n@@ -1 +1 @@\n+PIN=4711\n" },
      "changes → .env: .env",
    ],
    [
      "a link to .env",
      { id: "", kind: "file", label: "notes.txt", text: "PIN=4711", uri: "file:///w/notes.txt" },
      "notes.txt → .env: .env",
    ],
    [
      "the code around a selection",
      { id: "", kind: "selection", label: "a.ts:1", text: "a", surroundings: aws },
      `a.ts:1: ${aws}`,
    ],
    [
      "attached instructions that link to Git's configuration",
      { id: "", kind: "instructions", label: "AGENTS.md", text: "url=x", uri: "file:///w/AGENTS.md" },
      "AGENTS.md → config: config",
    ],
  ];
  const links = { "file:///w/notes.txt": "/w/.env", "file:///w/AGENTS.md": "/w/.git/config" };
  for (const [what, attachment, found] of outside)
    test(`from ${what}, and leaves it out if it is held back`, async () => {
      await using folder = await temporaryFolder();
      const { session, asked, sent } = await openSession(folder.path, () => "hold-back", { links });
      await session.composer.attach([attachment]);
      await session.conversation.draft.change(() => ({ text: "Why?" }));
      assert.deepEqual(await session.submit(), { type: "sent", heldBack: [found.split(": ")[0]] });
      await session.idle();
      assert.deepEqual(asked, [found]);
      assert.match(sent(), /Why\?/);
      assert.doesNotMatch(sent(), /AKIA|4711|url=x/);
      const [turn] = session.conversation.published.turns;
      assert.equal(turn?.question.attachments.length, what.startsWith("the code around") ? 1 : 0);
      assert.deepEqual(session.conversation.draft.content.attachments, []);
    });

  test("from an attachment without a question: if it is held back, nothing is sent", async () => {
    await using folder = await temporaryFolder();
    const { session, router } = await openSession(folder.path, () => "hold-back");
    await session.composer.attach([{ id: "", kind: "file", label: ".env", text: "PIN=4711" }]);
    assert.deepEqual(await session.submit(), { type: "held-back" });
    assert.equal(router.requests.length, 0);
    assert.equal(session.conversation.draft.content.attachments.length, 1);
  });

  test("from project instructions: they are left out, and each answer says so", async () => {
    await using folder = await temporaryFolder();
    const agents: TextAttachment = {
      ...{ id: "", kind: "instructions", label: "AGENTS.md" },
      ...{ text: "PIN=4711", uri: "file:///w/AGENTS.md" },
    };
    const { session, asked, sent } = await openSession(folder.path, () => "hold-back", {
      project: [agents],
      links: { "file:///w/AGENTS.md": "/w/.env" },
    });
    await askAll(session, "1?", "2?");
    assert.deepEqual(asked, ["AGENTS.md → .env: .env"]);
    assert.doesNotMatch(sent(), /4711/);
    const notice = "Held back because of possible secrets: AGENTS.md → .env";
    assert.deepEqual(notices(session), [[notice], [notice]]);
  });

  test("but placeholders, and each answer says how many", async () => {
    await using folder = await temporaryFolder();
    const { session, sent } = await openSession(folder.path, () => "replace");
    await askAll(session, "1?", `Key ${aws} or ${aws}?`, `And ${aws.replace("IOS", "QSX")}?`);
    assert.doesNotMatch(sent(), /AKIA/);
    const one = ["1 secret was sent as a placeholder."];
    assert.deepEqual(notices(session), [[], one, ["2 secrets were sent as placeholders."]]);
  });

  test("in a queued question, which is checked when it is submitted", async () => {
    await using folder = await temporaryFolder();
    const gate = Promise.withResolvers<unknown>();
    const router = new ScriptedRouter([gate.promise, ...answerEvents("One")], answerEvents("Two"));
    const { check, asked } = scriptedSecretsCheck(() => "replace");
    const session = await openWindow(folder.path, { router, secrets: check }).sessions.acquire("c1");
    await ask(session, "1?");
    await ask(session, `Key ${aws}?`);
    assert.deepEqual(asked, [`Your question: ${aws}`]);
    gate.resolve(undefined);
    await session.idle();
    assert.match(JSON.stringify(router.requests[1]), /Key <SECRET_1>\?/);
    assert.equal(asked.length, 1);
  });

  test("when it is asked again, without asking the user again; an edited question keeps the decisions", async () => {
    await using folder = await temporaryFolder();
    const { session, router, asked } = await openSession(folder.path, () => "replace");
    await askAll(session, `Key ${aws}?`);
    const [turn] = session.conversation.published.turns;
    await session.regenerate(turn?.id ?? "", { another: false });
    await session.idle();
    await session.edit(turn?.id ?? "", `The key ${aws}?`);
    await session.idle();
    assert.deepEqual(
      router.requests.map(({ messages }) => messages.at(-1)?.content),
      ["Key <SECRET_1>?", "Key <SECRET_1>?", "The key <SECRET_1>?"],
    );
    assert.equal(asked.length, 1);
  });

  test("but keeps the user's own text in the stored chat", async () => {
    await using folder = await temporaryFolder();
    const { session, store } = await openSession(folder.path, () => "replace");
    await askAll(session, `Key ${aws}?`);
    await session.conversation.flush();
    const { conversation } = await store.file("c1").read(0);
    assert.equal(conversation.turns[0]?.question.text, `Key ${aws}?`);
  });

  test("in the history after a restart: asks once more, and can remove only the secret", async () => {
    await using folder = await temporaryFolder();
    const first = await openSession(folder.path, () => "send");
    await askAll(first.session, `Key ${aws}?`);
    await first.session.close();
    const second = await openSession(folder.path, () => "hold-back");
    await askAll(second.session, "Again?");
    assert.deepEqual(second.asked, [`An earlier question: ${aws}`]);
    assert.match(second.sent(), /Key \[held back\]\?/);
  });

  test("when a question from before a restart is asked again: nothing is sent, and the answer says so", async () => {
    await using folder = await temporaryFolder();
    const first = await openSession(folder.path, () => "send");
    await askAll(first.session, `Key ${aws}?`);
    await first.session.close();
    const { session, router } = await openSession(folder.path, () => "hold-back");
    await session.regenerate(session.conversation.state.turns[0]?.id ?? "", { another: false });
    await session.idle();
    assert.equal(router.requests.length, 0);
    const answer = session.conversation.published.turns[0]?.answers.at(-1);
    assert.deepEqual([answer?.status, answer?.notices], ["stopped", ["Nothing was sent."]]);
  });

  test("in an edited question: its text moves to the composer, with the place of the secret", async () => {
    await using folder = await temporaryFolder();
    const { session, router } = await openSession(folder.path, () => "hold-back");
    await askAll(session, "1?");
    await session.conversation.draft.change(() => ({ text: "Draft" }));
    const edited = await session.edit(session.conversation.state.turns[0]?.id ?? "", ` Key ${aws}`);
    const { text } = session.conversation.draft.content;
    assert.equal(text, `Draft\n\nKey ${aws}`);
    assert.ok(edited.type === "held-back" && edited.secret);
    assert.equal(text.slice(edited.secret.start, edited.secret.end), aws);
    assert.equal(router.requests.length, 1);
  });

  test("in an answer that repeats it or that is continued", async () => {
    await using folder = await temporaryFolder();
    const router = new ScriptedRouter(
      [...answerEvents(`Use ${aws}.`).slice(0, -1), new RouterError("interrupted", "Cut.")],
      answerEvents("Two"),
    );
    const { check, asked } = scriptedSecretsCheck(() => "replace");
    const session = await openWindow(folder.path, { router, secrets: check }).sessions.acquire("c1");
    await askAll(session, "Which key?");
    await session.continueAnswer(session.conversation.published.turns[0]?.answers[0]?.id ?? "");
    await session.idle();
    assert.deepEqual(asked, [`An earlier answer: ${aws}`]);
    assert.match(JSON.stringify(router.requests[1]), /Use <SECRET_1>\./);
  });

  test("twice, when two pages submit the same draft while the user decides", async () => {
    await using folder = await temporaryFolder();
    const { session, router } = await openSession(folder.path, () => "send");
    await session.conversation.draft.change(() => ({ text: `Key ${aws}?` }));
    await Promise.all([session.submit(), session.submit()]);
    await session.idle();
    assert.equal(router.requests.length, 1);
  });
});
