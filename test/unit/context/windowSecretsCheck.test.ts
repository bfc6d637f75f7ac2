import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { OutgoingText } from "../../../src/context/outgoingText";
import type { SecretsCheck } from "../../../src/context/secretsCheck";
import type { CompletionRequest } from "../../../src/router/index";
import { scriptedSecretsCheck } from "../../support/scriptedSecretsCheck";

const aws = "AKIAIOSFODNN7EXAMPLE";
const github = `ghp_${"a1B2c3D4".repeat(4)}e5F6`;

function file(label: string, text: string, more: Partial<OutgoingText> = {}): OutgoingText {
  return { source: label, label, text, paths: [label], onHoldBack: "leave-out", ...more };
}

function question(text: string, more: Partial<OutgoingText> = {}): OutgoingText {
  return { source: "q1", label: "Your question", text, onHoldBack: "send-nothing", ...more };
}

/** Sends the texts that are not held back, each as a message. Resolves to their contents, or to why nothing is sent. */
async function send(check: SecretsCheck, texts: readonly OutgoingText[], scope = "chat"): Promise<unknown> {
  const review = await check.review(texts, scope);
  if (review.type === "nothing-to-send") return review;
  const kept = texts.filter((text) => !review.heldBack.some(({ source }) => source === text.source));
  const request: CompletionRequest = { messages: kept.map(({ text }) => ({ role: "user", content: text })) };
  return (await review.seal(request))?.messages.map(({ content }) => content);
}

describe("The secrets check", () => {
  test("asks nothing about harmless texts and sends them unchanged", async () => {
    const { check, asked } = scriptedSecretsCheck();
    assert.deepEqual(await send(check, [question("Why?"), file("a.ts", "let a")]), ["Why?", "let a"]);
    assert.deepEqual(asked, []);
  });

  test("leaves out an attachment that is held back, and sends the rest", async () => {
    const { check, asked } = scriptedSecretsCheck(() => "hold-back");
    assert.deepEqual(await send(check, [question("Why?"), file("a.ts", `let key = "${aws}"`)]), ["Why?"]);
    assert.deepEqual(asked, [`a.ts: ${aws}`]);
  });

  test("sends nothing if the question is held back, says where the secret is, and asks again next time", async () => {
    const { check, asked } = scriptedSecretsCheck(() => "hold-back");
    const stopped = { type: "nothing-to-send", secret: { source: "q1", range: { start: 4, end: 24 } } };
    assert.deepEqual(await send(check, [question(`Key ${aws}?`)]), stopped);
    assert.deepEqual(await send(check, [question(`Key ${aws}?`)]), stopped);
    assert.equal(asked.length, 2);
  });

  test("sends nothing if the user cancels, and forgets the other decisions", async () => {
    const { check, asked } = scriptedSecretsCheck(({ outgoing }) => (outgoing.source === "q1" ? "cancel" : "send"));
    const texts = [question(`Key ${aws}?`), file("a.ts", github)];
    assert.deepEqual(await send(check, texts), { type: "nothing-to-send" });
    await send(check, texts);
    assert.equal(asked.length, 4);
  });

  test("keeps a request with the secret on this computer, and those that follow", async () => {
    const { check, asked } = scriptedSecretsCheck(({ outgoing }) => (outgoing.source === "q1" ? "ask-local" : "send"));
    const seal = async (texts: readonly OutgoingText[]): Promise<unknown> => {
      const review = await check.review(texts, "chat");
      assert.equal(review.type, "reviewed");
      const messages = texts.map(({ text }) => ({ role: "user" as const, content: text }));
      const { onlyLocal, messages: sent } = (await review.seal({ messages })) ?? {};
      return [onlyLocal, sent?.map(({ content }) => content)];
    };
    const secret = question(`Key ${aws}?`);
    const harmless = question("Why?", { source: "q2" });
    assert.deepEqual(await seal([secret]), [true, [secret.text]]);
    assert.deepEqual(await seal([secret, harmless]), [true, [secret.text, "Why?"]]);
    assert.deepEqual(await seal([harmless]), [undefined, ["Why?"]]);
    assert.deepEqual(await seal([file("a.ts", github)]), [undefined, [github]]);
    assert.equal(asked.length, 2);
  });

  test("asks once per secret and source in a session", async () => {
    const { check, asked } = scriptedSecretsCheck(() => "send");
    const texts = [question(`Key ${aws}, again ${aws}`)];
    assert.deepEqual(await send(check, texts), [texts[0]?.text]);
    await send(check, texts, "another chat");
    assert.deepEqual(asked, [`Your question: ${aws}`]);
    await send(check, [question(`Key ${aws}`, { source: "q2", related: ["q1"] })]);
    assert.equal(asked.length, 1, "an edited question keeps the decision");
    await send(check, [question(`Key ${aws}`, { source: "q3" })]);
    assert.equal(asked.length, 2, "another question does not");
  });

  test("applies the decision about a question to an answer that repeats it", async () => {
    const { check, asked } = scriptedSecretsCheck(() => "send");
    const answer = file("Answer", `You wrote ${aws}.`, { repeats: true, onHoldBack: "remove-secret" });
    await send(check, [question(aws), answer]);
    assert.deepEqual(asked, [`Your question: ${aws}`]);
    await send(check, [file("Answer", `Or ${github}?`, { repeats: true, onHoldBack: "remove-secret" })]);
    assert.equal(asked.length, 2, "what it does not repeat is asked about");
  });

  test("removes only the secret from an earlier question that is held back", async () => {
    const { check } = scriptedSecretsCheck(() => "hold-back");
    const earlier = question(`Key ${aws}?`, { onHoldBack: "remove-secret" });
    assert.deepEqual(await send(check, [earlier]), ["Key [held back]?"]);
  });

  test("replaces a secret everywhere in the request, with the same number in the whole chat", async () => {
    const { check } = scriptedSecretsCheck(() => "replace");
    const sent = await send(check, [question(`${github}?`), file("a.ts", `${aws} ${github}`)]);
    assert.deepEqual(sent, ["<SECRET_1>?", "<SECRET_2> <SECRET_1>"]);
    assert.deepEqual(await send(check, [question(aws, { source: "q2" })]), ["<SECRET_2>"]);
    assert.deepEqual(await send(check, [question(aws, { source: "q2" })], "other chat"), ["<SECRET_1>"]);
  });

  test("never reuses the number of a placeholder from before a restart", async () => {
    const { check } = scriptedSecretsCheck(() => "replace");
    const review = await check.review([question(aws)], "chat", ["Use <SECRET_7> here."]);
    assert.ok(review.type === "reviewed");
    const sealed = await review.seal({ messages: [{ role: "user", content: aws }] });
    assert.equal(sealed?.messages[0]?.content, "<SECRET_8>");
    const refused = await check.restore("a <SECRET_7>", "chat", []);
    assert.match("problem" in refused ? refused.problem : "", /^The code contains <SECRET_7>, which stands for/);
    assert.deepEqual(await check.restore("a <SECRET_8>", "chat", []), { code: `a ${aws}` });
  });

  test("asks about a file because of its name, once for all of it", async () => {
    const { check, asked } = scriptedSecretsCheck(() => "send");
    const text = `PORT=3000\nKEY=${aws}\n`;
    assert.deepEqual(await send(check, [file(".env", text)]), [text]);
    assert.deepEqual(asked, [".env: .env"]);
  });

  test("replaces each value of an environment file, also in the code around a selection", async () => {
    const { check } = scriptedSecretsCheck(() => "replace");
    const around = file(".env", "PIN=42\nHOST=a b", { source: "around", repeats: true });
    assert.deepEqual(await send(check, [file(".env", `# Mine\nexport PIN=42\nKEY="${aws}"\n`), around]), [
      "# Mine\nexport PIN=<SECRET_2>\nKEY=<SECRET_3>\n",
      "PIN=<SECRET_2>\nHOST=<SECRET_4>",
    ]);
  });

  test("replaces all of another secret file", async () => {
    const { check } = scriptedSecretsCheck(() => "replace");
    assert.deepEqual(await send(check, [file(".netrc", "machine a login b\n")]), ["<SECRET_1>\n"]);
  });

  for (const [target, name] of [
    ["/home/me/project/.env", ".env"],
    ["/home/me/project/.git/config", "config"],
    [String.raw`C:\project\.git\modules\lib\config`, "config"],
  ] as const)
    test(`asks about a link to ${target}`, async () => {
      const { check, asked } = scriptedSecretsCheck(() => "hold-back", { "file:///project/AGENTS.md": target });
      assert.deepEqual(await send(check, [file("AGENTS.md", "a=b", { uri: "file:///project/AGENTS.md" })]), []);
      assert.deepEqual(asked, [`AGENTS.md → ${name}: ${name}`]);
    });

  test("asks about each secret file in a diff by its name, and about secrets in the other files", async () => {
    const { check, asked } = scriptedSecretsCheck(() => "replace");
    const diff = [
      "diff --git a/config/.env b/config/.env",
      "index 1..2 100644",
      "--- a/config/.env",
      "+++ b/config/.env",
      "@@ -1 +1,2 @@",
      "-PIN=41",
      "+PIN=42",
      `+KEY=${aws}`,
      "diff --git a/src/a.ts b/src/a.ts",
      "--- a/src/a.ts",
      "+++ b/src/a.ts",
      "@@ -1 +1 @@",
      `+let key = "${github}";`,
      "",
    ].join("\n");
    const sent = String(await send(check, [file("changes", diff)]));
    assert.deepEqual(asked, ["changes → .env: .env", `changes › a.ts: ${github}`]);
    assert.doesNotMatch(sent, /AKIA|ghp_|4[12]/);
    assert.match(sent, /^-PIN=<SECRET_\d>\n\+PIN=<SECRET_\d>\n\+KEY=<SECRET_\d>$/m);
  });

  test("replaces all of a private key, not only its first line", async () => {
    const { check } = scriptedSecretsCheck(() => "replace");
    const key = `-----BEGIN RSA PRIVATE KEY-----\n${`${"MIIEpAIBAAKCAQEA".repeat(4)}\n`.repeat(20)}-----END RSA PRIVATE KEY-----`;
    assert.deepEqual(await send(check, [question(`Is ${key} valid?`)]), ["Is <SECRET_1> valid?"]);
    const cut = `-----BEGIN RSA PRIVATE KEY-----\n${`${"MIIEpAIBAAKCAQEA".repeat(4)}\n`.repeat(20)}`;
    assert.deepEqual(await send(check, [question(`${cut}…`)]), ["<SECRET_2>\n…"]);
  });

  test("asks about texts of a request that were not reviewed, such as tool results and arguments of tool calls", async () => {
    const { check, asked } = scriptedSecretsCheck(({ secrets }) =>
      secrets[0]?.value === aws ? "replace" : "hold-back",
    );
    const call = {
      id: "1",
      type: "function",
      function: { name: "read", arguments: JSON.stringify({ key: aws }) },
    } as const;
    const request: CompletionRequest = {
      messages: [
        { role: "user", content: [{ type: "text", text: `Why ${github}?` }] },
        { role: "assistant", content: null, tool_calls: [call] },
        { role: "tool", content: `KEY ${aws}`, tool_call_id: "1" },
      ],
    };
    const sealed = await check.seal(request, "chat");
    assert.ok(sealed);
    assert.deepEqual(sealed.messages[0]?.content, [{ type: "text", text: "Why [held back]?" }]);
    assert.equal(sealed.messages[1]?.tool_calls?.[0]?.function.arguments, '{"key":"<SECRET_1>"}');
    assert.equal(sealed.messages[2]?.content, "KEY <SECRET_1>");
    assert.deepEqual(asked, [`Other text of the request: ${github}`, `Other text of the request: ${aws}`]);
    const canceled = scriptedSecretsCheck(() => "cancel").check;
    assert.equal(await canceled.seal(request, "chat"), undefined);
  });

  test("removes a held back secret even if the caller forgets to leave out its text", async () => {
    const { check } = scriptedSecretsCheck(() => "hold-back");
    const review = await check.review([file("a.ts", aws)], "chat");
    assert.ok(review.type === "reviewed");
    const sealed = await review.seal({ messages: [{ role: "user", content: `${aws}!` }] });
    assert.equal(sealed?.messages[0]?.content, "[held back]!");
  });

  test("replaces a secret with line breaks and quotes in the arguments of tool calls", async () => {
    const { check } = scriptedSecretsCheck(() => "replace");
    const text = 'TOKEN="a\\b"\n';
    const review = await check.review([file("secrets.txt", text)], "chat");
    assert.ok(review.type === "reviewed");
    const call = { id: "1", type: "function", function: { name: "f", arguments: JSON.stringify({ text }) } } as const;
    const sealed = await review.seal({ messages: [{ role: "assistant", content: null, tool_calls: [call] }] });
    assert.equal(sealed?.messages[0]?.tool_calls?.[0]?.function.arguments, String.raw`{"text":"<SECRET_1>\n"}`);
  });

  test("shows one dialog at a time, and lets its decisions answer the next", async () => {
    const { check, asked } = scriptedSecretsCheck(() => "send");
    await Promise.all([send(check, [question(aws)]), send(check, [question(aws)])]);
    assert.equal(asked.length, 1);
  });
});
