import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { RouterError } from "../../../../src/router/index";
import { answerEvents, ScriptedRouter } from "../../../support/scriptedRouter";
import { temporaryFolder } from "../../../support/temporaryFolder";
import { openPage, submitMessage } from "./pageHarness";

describe("A submitted question", () => {
  test("is asked after sign-in, and returned to the composer during it", async () => {
    await using folder = await temporaryFolder();
    const router = new ScriptedRouter(answerEvents("Hello."));
    const { receive, session, posted, actions } = await openPage(folder.path, { router, hasKey: false });
    await receive({ type: "ready" });
    await receive(submitMessage("Hi?"));
    await session.idle();
    assert.deepEqual(actions, ["signIn"]);
    assert.equal(posted.find((message) => message.type === "draft")?.draft.text, "Hi?");
    assert.equal(router.requests.length, 1);
  });

  test("stays in the composer if the user does not sign in", async () => {
    await using folder = await temporaryFolder();
    const router = new ScriptedRouter();
    const { receive, session } = await openPage(folder.path, { router, hasKey: false, signInSucceeds: false });
    await receive({ type: "ready" });
    await receive(submitMessage("Hi?"));
    assert.equal(session.conversation.draft.content.text, "Hi?");
    assert.deepEqual([session.conversation.state.turns.length, router.requests.length], [0, 0]);
  });

  test("marks the privacy notice as read only in an empty chat, which shows it", async () => {
    await using folder = await temporaryFolder();
    const router = new ScriptedRouter(answerEvents("Hello."), answerEvents("Again."));
    const { receive, session, privacyNoticeReads } = await openPage(folder.path, { router });
    await receive({ type: "ready" });
    assert.equal(privacyNoticeReads(), 0);
    await receive(submitMessage("Hi?"));
    await session.idle();
    assert.equal(privacyNoticeReads(), 1);
    await receive(submitMessage("And now?", 2));
    await session.idle();
    assert.equal(privacyNoticeReads(), 1);
  });

  for (const [count, said] of [
    [0, []],
    [1, ["The queued question was returned to the composer."]],
    [2, ["2 queued questions were returned to the composer, separated by blank lines."]],
  ] as const)
    test(`says that a queue of ${count} is in the composer again when the user stops`, async () => {
      await using folder = await temporaryFolder();
      const gate = Promise.withResolvers<unknown>();
      const router = new ScriptedRouter([gate.promise, ...answerEvents("One.")]);
      const { receive, session, posted } = await openPage(folder.path, { router });
      await receive({ type: "ready" });
      for (let n = 0; n <= count; n++) await receive(submitMessage(`${n}?`, 10 * n + 10));
      await receive({ type: "stop" });
      gate.resolve(undefined);
      await session.idle();
      assert.equal(session.conversation.draft.content.text, ["1?", "2?"].slice(0, count).join("\n\n"));
      const notices = posted.flatMap((message) => (message.type === "notice" ? [message.notice.text] : []));
      assert.deepEqual(notices, said);
    });

  test("can be removed from the queue", async () => {
    await using folder = await temporaryFolder();
    const gate = Promise.withResolvers<unknown>();
    const router = new ScriptedRouter([gate.promise, ...answerEvents("One.")], answerEvents("Three."));
    const { receive, session } = await openPage(folder.path, { router });
    await receive({ type: "ready" });
    for (const n of [1, 2, 3]) await receive(submitMessage(`${n}?`, 10 * n));
    const [second] = session.conversation.draft.content.queued;
    await receive({ type: "remove-queued", id: second?.id ?? "" });
    gate.resolve(undefined);
    await session.idle();
    assert.deepEqual(
      session.conversation.state.turns.map(({ question }) => question.text),
      ["1?", "3?"],
    );
  });

  test("can be an example about the open file", async () => {
    await using folder = await temporaryFolder();
    const router = new ScriptedRouter(answerEvents("It is a file."));
    const { receive, session } = await openPage(folder.path, { router });
    await receive({ type: "example", subject: "editor", text: "Explain it." });
    await session.idle();
    assert.match(JSON.stringify(router.requests[0]?.messages.at(-1)), /open\.ts.*let a.*Explain it\./);
  });

  test("leaves the draft and its attachments in the composer when an example or the prompt of a command is asked", async () => {
    await using folder = await temporaryFolder();
    const gate = Promise.withResolvers<unknown>();
    const router = new ScriptedRouter([gate.promise, ...answerEvents("A file.")], answerEvents("Code."));
    const { page, receive, session } = await openPage(folder.path, { router });
    await receive({ type: "ready" });
    await receive({ type: "attach-text", label: "notes.txt", text: "Confidential" });
    await receive({ type: "draft", conversation: "c1", text: "Explain it. And the un", revision: 1, base: "" });
    await receive({ type: "example", subject: "editor", text: "Explain it." });
    // Queued, because the example is being answered.
    await page.ask({ text: "Explain", attachments: [{ id: "", kind: "selection", label: "a.ts:1-2", text: "let b" }] });
    assert.equal(session.conversation.draft.content.queued.length, 1);
    gate.resolve(undefined);
    await session.idle();
    assert.deepEqual(
      session.conversation.state.turns.map(({ question: { text, attachments } }) => [
        text,
        attachments.map(({ label }) => label),
      ]),
      [
        ["Explain it.", ["open.ts"]],
        ["Explain", ["a.ts:1-2"]],
      ],
    );
    assert.doesNotMatch(JSON.stringify(router.requests), /Confidential|the un/);
    const { text, attachments, queued } = session.conversation.draft.content;
    assert.deepEqual(
      [text, attachments.map(({ label }) => label), queued],
      ["Explain it. And the un", ["notes.txt"], []],
    );
  });

  for (const [draft, kept, sent] of [
    ["", "", 1],
    ["Draft", "Draft\n\nExplain", 0],
  ] as const)
    test(`is in the composer during sign-in if a command asks it, ${draft ? "below a draft, and stays there" : "and is sent afterwards"}`, async () => {
      await using folder = await temporaryFolder();
      const router = new ScriptedRouter(answerEvents("Code."));
      const { page, receive, session, dependencies, actions } = await openPage(folder.path, { router, hasKey: false });
      await receive({ type: "ready" });
      await session.conversation.draft.change(() => ({ text: draft }));
      const signIn = dependencies.actions.signIn.bind(dependencies.actions);
      const during: string[] = [];
      dependencies.actions.signIn = () => {
        during.push(session.conversation.draft.content.text);
        return signIn();
      };
      await page.ask({ text: "Explain", attachments: [{ id: "", kind: "file", label: "a.ts", text: "let a" }] });
      await session.idle();
      assert.deepEqual([actions, during], [["signIn"], [draft ? kept : "Explain"]]);
      assert.deepEqual([session.conversation.draft.content.text, router.requests.length], [kept, sent]);
      assert.equal(session.conversation.draft.content.attachments.length, 1 - sent);
    });

  test("asks a prompt that is in the composer from an earlier attempt, and adds it only once", async () => {
    await using folder = await temporaryFolder();
    const router = new ScriptedRouter(answerEvents("Code."));
    const { page, receive, session, dependencies } = await openPage(folder.path, { router });
    await receive({ type: "ready" });
    const found = [{ id: "", kind: "file", label: "a.ts", text: "let a" } as const];
    dependencies.attachments.pick = () => Promise.resolve([]);
    await receive({ type: "example", subject: "image", text: "Explain" });
    await receive({ type: "example", subject: "image", text: "Explain" });
    assert.equal(session.conversation.draft.content.text, "Explain");
    await page.ask({ text: "Explain", attachments: found });
    await session.idle();
    assert.equal(router.requests.length, 1);
    const { text, attachments } = session.conversation.draft.content;
    assert.deepEqual([text, attachments], ["", []]);
  });

  test("waits for an attachment that is still loading", async () => {
    await using folder = await temporaryFolder();
    const router = new ScriptedRouter(answerEvents("It is a basket."));
    const found = Promise.withResolvers<[{ id: string; kind: "file"; label: string; text: string }]>();
    const attachments = { fromMention: () => found.promise };
    const { receive, session } = await openPage(folder.path, { router, attachments });
    await receive({ type: "ready" });
    const attached = receive({ type: "attach-mention", id: "uri:file:///w/basket.ts" });
    const submitted = receive(submitMessage("What is it?"));
    found.resolve([{ id: "", kind: "file", label: "basket.ts", text: "let basket" }]);
    await Promise.all([attached, submitted]);
    await session.idle();
    assert.match(JSON.stringify(router.requests[0]?.messages.at(-1)), /basket\.ts.*let basket.*What is it\?/);
    assert.deepEqual(session.conversation.draft.content.attachments, []);
  });
});

describe("A message of the page", () => {
  test("saves a late draft in the conversation where it was typed", async () => {
    await using folder = await temporaryFolder();
    const { page, receive } = await openPage(folder.path);
    await receive({ type: "ready" });
    const next = await page.show("c2");
    await receive({ type: "draft", conversation: "c1", text: "typed in the first", revision: 1, base: "" });
    assert.equal(next.conversation.draft.content.text, "");
    assert.equal((await page.show("c1")).conversation.draft.content.text, "typed in the first");
  });

  test("opens web and mail links only", async () => {
    await using folder = await temporaryFolder();
    const { receive, actions } = await openPage(folder.path);
    const urls = [
      "https://a.example/",
      "command:evil",
      "javascript:alert(1)",
      "file:///etc/passwd",
      "vscode://x/y",
      "mailto:a@b.example",
      "no url",
    ];
    for (const url of urls) await receive({ type: "open-link", url });
    assert.deepEqual(actions, ["openLink https://a.example/", "openLink mailto:a@b.example"]);
  });

  test("finds and opens files in answers, and shows a notice if one no longer exists", async () => {
    await using folder = await temporaryFolder();
    const { receive, posted, actions, takeTypes } = await openPage(folder.path);
    await receive({ type: "ready" });
    takeTypes();
    const names = ["a.ts", "b.ts", "npm test"];
    await receive({ type: "find-code-links", names });
    await receive({ type: "open-code-link", name: "a.ts" });
    await receive({ type: "open-code-link", name: "b.ts" });
    assert.deepEqual(
      posted.filter(({ type }) => type === "code-links" || type === "notice"),
      [
        { type: "code-links", asked: names, found: ["a.ts", "b.ts"], missing: [] },
        { type: "notice", notice: { severity: "info", text: "b.ts no longer exists." } },
      ],
    );
    assert.deepEqual(actions, ["open a.ts", "open b.ts"]);
  });

  test("copies an answer and uses its code", async () => {
    await using folder = await temporaryFolder();
    const router = new ScriptedRouter(answerEvents("Hello."));
    const { receive, session, posted, actions } = await openPage(folder.path, { router });
    await receive({ type: "ready" });
    await receive({ type: "attach-text", label: "Pasted text", text: "a long text" });
    await receive(submitMessage("Hi?"));
    await session.idle();
    const [turn] = session.conversation.published.turns;
    await receive({ type: "copy-answer", id: turn!.answers[0]!.id });
    const code = {
      type: "code",
      answer: turn!.answers[0]!.id,
      block: "b1",
      text: "let a",
      language: "ts",
      info: "ts a.ts",
    } as const;
    for (const action of ["insert", "apply", "terminal", "replace", "new-file", "copy"] as const)
      await receive({ ...code, do: action });
    assert.deepEqual(actions, [
      "copy Hello.",
      "insert let a",
      "apply let a ts ts a.ts Pasted text",
      "terminal let a",
      "replace let a",
      "newFile let a ts ts a.ts",
      "copy let a",
    ]);
    assert.equal(posted.findLast((message) => message.type === "notice")?.notice.text, "Several lines.");
  });

  test("marks inserted code, and tells the router", async () => {
    await using folder = await temporaryFolder();
    const router = new ScriptedRouter(answerEvents("Hello."));
    const { receive, session, posted, dependencies } = await openPage(folder.path, { router });
    dependencies.actions.code.insert = () => Promise.resolve(undefined);
    await receive({ type: "ready" });
    await receive(submitMessage("Hi?"));
    await session.idle();
    const answer = session.conversation.state.turns[0]?.answers[0]?.id ?? "";
    const code = { block: "b1", text: "let a", language: "ts", info: "ts" };
    await receive({ type: "code", do: "insert", answer, ...code });
    await session.conversation.flush();
    const shown = posted.findLast((message) => message.type === "answer")?.answer;
    assert.deepEqual([shown?.appliedCode, shown?.insertedCode], [undefined, ["b1"]]);
    assert.ok(router.feedbacks.includes("m/one:free applied"));
  });

  for (const keepsEdits of [true, false])
    test(`marks applied code and tells the router once the user keeps an edit (${keepsEdits})`, async () => {
      await using folder = await temporaryFolder();
      const router = new ScriptedRouter(answerEvents("Hello."));
      const { receive, session, posted } = await openPage(folder.path, { router, keepsEdits });
      await receive({ type: "ready" });
      await receive(submitMessage("Hi?"));
      await session.idle();
      const answer = session.conversation.state.turns[0]?.answers[0]?.id ?? "";
      for (let time = 0; time < 2; time++)
        await receive({
          type: "code",
          do: "apply",
          answer,
          block: "b1",
          text: "let a",
          language: "ts",
          info: "ts a.ts",
        });
      await session.conversation.flush();
      const shown = posted.findLast((message) => message.type === "answer")?.answer.appliedCode;
      assert.deepEqual(shown, keepsEdits ? ["b1"] : undefined);
      assert.equal(router.feedbacks.includes("m/one:free applied"), keepsEdits);
    });

  test("switches to the recommended strategy", async () => {
    await using folder = await temporaryFolder();
    const { receive, actions } = await openPage(folder.path);
    await receive({ type: "ready" });
    await receive({ type: "use-adaptive" });
    assert.deepEqual(actions, ["useAdaptive"]);
  });

  test("removes all attachments of the composer", async () => {
    await using folder = await temporaryFolder();
    const { receive, session } = await openPage(folder.path);
    await receive({ type: "ready" });
    for (const label of ["a.ts", "b.ts"]) await receive({ type: "attach-text", label, text: "let a" });
    assert.equal(session.conversation.draft.content.attachments.length, 2);
    await receive({ type: "detach-all" });
    assert.deepEqual(session.conversation.draft.content.attachments, []);
  });
});

describe("The menu of an answer", () => {
  const answerActions = [
    ["pin-model", "pinModel m/one:free"],
    ["exclude-model", "excludeModel m/one:free"],
    ["fork", "open id-"],
  ] as const;
  for (const [action, expected] of answerActions)
    test(`runs "${action}"`, async () => {
      await using folder = await temporaryFolder();
      const router = new ScriptedRouter(answerEvents("Hello."));
      const { page, receive, session, actions } = await openPage(folder.path, { router });
      await receive(submitMessage("Hi?"));
      await session.idle();
      await page.runAnswerAction(action, session.conversation.published.turns[0]!.answers[0]!.id);
      assert.ok(actions[0]?.startsWith(expected), actions[0]);
    });

  for (const confirmsDeletion of [true, false])
    test(`deletes only after the user has confirmed (${confirmsDeletion})`, async () => {
      await using folder = await temporaryFolder();
      const router = new ScriptedRouter(answerEvents("Hello."));
      const { page, receive, session } = await openPage(folder.path, { router, confirmsDeletion });
      await receive(submitMessage("Hi?"));
      await session.idle();
      await page.runAnswerAction("delete", session.conversation.published.turns[0]!.answers[0]!.id);
      assert.equal(session.conversation.published.turns.length, confirmsDeletion ? 0 : 1);
    });
});

describe("A day that is used up", () => {
  test("is checked again, and the question asked if it is over", async () => {
    await using folder = await temporaryFolder();
    const usedUp = new RouterError("rate-limit-day", "Used up.");
    const router = new ScriptedRouter([usedUp], answerEvents("Hello."));
    let isUsedUp = true;
    const { receive, session, posted } = await openPage(folder.path, { router, isDayUsedUp: () => isUsedUp });
    await receive({ type: "ready" });
    await receive(submitMessage("Hi?"));
    await session.idle();
    const lastAnswer = (): string => session.conversation.state.turns[0]?.answers.at(-1)?.id ?? "";
    await receive({ type: "act", answer: lastAnswer(), action: { do: "check-again" } });
    await session.idle();
    assert.equal(router.requests.length, 1);
    assert.ok(posted.some((message) => message.type === "notice" && /still used up/.test(message.notice.text)));
    isUsedUp = false;
    await receive({ type: "act", answer: lastAnswer(), action: { do: "check-again" } });
    await session.idle();
    assert.equal(session.conversation.state.turns[0]?.answers.at(-1)?.text, "Hello.");
  });
});
