import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { answerEvents, ScriptedRouter } from "../../../support/scriptedRouter";
import { scriptedSecretsCheck } from "../../../support/scriptedSecretsCheck";
import { temporaryFolder } from "../../../support/temporaryFolder";
import { openPage, submitMessage } from "./pageHarness";

const aws = "AKIAIOSFODNN7EXAMPLE";

describe("The page and possible secrets", () => {
  test("selects the secret in the composer after it is unlocked", async () => {
    await using folder = await temporaryFolder();
    const { receive, posted } = await openPage(folder.path, { secrets: scriptedSecretsCheck(() => "hold-back").check });
    await receive({ type: "ready" });
    posted.splice(0);
    await receive(submitMessage(`Key ${aws}?`));
    const types = posted.map(({ type }) => type);
    assert.ok(types.indexOf("draft") >= 0 && types.indexOf("draft") < types.indexOf("select-text"), types.join());
    assert.deepEqual(
      posted.findLast(({ type }) => type === "select-text"),
      { type: "select-text", start: 4, end: 24 },
    );
  });

  test("adds the prompt of a command to the composer below the draft if it is held back, and selects the secret there", async () => {
    await using folder = await temporaryFolder();
    const router = new ScriptedRouter(answerEvents("One"));
    const { check } = scriptedSecretsCheck(() => "hold-back");
    const { page, receive, posted, session } = await openPage(folder.path, { router, secrets: check });
    await receive({ type: "ready" });
    await receive({ type: "attach-text", label: "notes.txt", text: "Notes" });
    await receive({ type: "draft", conversation: "c1", text: "Draft", revision: 1, base: "" });
    await page.ask({ text: `Key ${aws}?`, attachments: [{ id: "", kind: "file", label: "a.ts", text: "let a" }] });
    const { text, attachments } = session.conversation.draft.content;
    assert.equal(text, `Draft\n\nKey ${aws}?`);
    assert.deepEqual(
      attachments.map(({ label }) => label),
      ["notes.txt", "a.ts"],
    );
    const start = text.indexOf(aws);
    assert.deepEqual(
      posted.findLast(({ type }) => type === "select-text"),
      { type: "select-text", start, end: start + aws.length },
    );
    assert.deepEqual([session.conversation.state.turns, router.requests], [[], []]);
  });

  test("asks about a pasted or dropped .env file, and says that it was held back", async () => {
    await using folder = await temporaryFolder();
    const router = new ScriptedRouter(answerEvents("One"));
    const { check, asked } = scriptedSecretsCheck(() => "hold-back");
    const { receive, posted, session } = await openPage(folder.path, { router, secrets: check });
    await receive({ type: "ready" });
    await receive({ type: "attach-text", label: ".env", text: "PIN=4711" });
    await receive(submitMessage("Why?"));
    await session.idle();
    assert.deepEqual(asked, [".env: .env"]);
    assert.doesNotMatch(JSON.stringify(router.requests), /4711/);
    const notices = posted.flatMap((message) => (message.type === "notice" ? message.notice.text : []));
    assert.deepEqual(notices, ["Held back because of possible secrets: .env"]);
  });

  test("puts secrets back where code is applied, not where it is copied", async () => {
    await using folder = await temporaryFolder();
    const router = new ScriptedRouter(answerEvents("One"));
    const { check } = scriptedSecretsCheck(() => "replace");
    const { receive, actions, session } = await openPage(folder.path, { router, secrets: check });
    await receive({ type: "ready" });
    await receive(submitMessage(`Key ${aws}?`));
    await session.idle();
    const answer = session.conversation.published.turns[0]?.answers[0]?.id ?? "";
    for (const action of ["insert", "apply", "replace", "terminal", "copy"] as const)
      await receive({
        type: "code",
        do: action,
        answer,
        block: "b1",
        text: "k = <SECRET_1>",
        language: "ts",
        info: "ts a.ts",
      });
    assert.deepEqual(actions, [
      ...["insert", "apply", "replace", "terminal"].map(
        (name) => `${name} k = ${aws}${name === "apply" ? " ts ts a.ts" : ""}`,
      ),
      "copy k = <SECRET_1>",
    ]);
  });

  test("refuses code with a placeholder that is no longer known, and says why", async () => {
    await using folder = await temporaryFolder();
    const { receive, actions, posted } = await openPage(folder.path);
    await receive({ type: "ready" });
    await receive({
      type: "code",
      do: "apply",
      answer: "a1",
      block: "b1",
      text: "k = <SECRET_1>",
      language: "ts",
      info: "ts a.ts",
    });
    assert.deepEqual(actions, []);
    const notice = posted.findLast((message) => message.type === "notice")?.notice;
    assert.match(
      notice?.text ?? "",
      /^The code contains <SECRET_1>, which stands for a secret that is no longer known/,
    );
  });
});
