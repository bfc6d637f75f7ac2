import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import type { TextAttachment } from "../../../../src/context/attachment";
import { branchTo } from "../../../../src/chat/conversation/branch";
import { attachedInstructions, completionRequest } from "../../../../src/chat/session/prompt";
import { attachmentText } from "../../../../src/context/attachmentText";
import type { StoredAttachment, StoredImage } from "../../../../src/chat/conversation/conversation";
import { conversationOf, turnEvents } from "../sampleConversations";

const selection: TextAttachment = {
  id: "x",
  kind: "selection",
  label: "a.ts:1-2",
  text: "let a;\nlet b;",
  languageId: "typescript",
};
const image: StoredAttachment = { id: "i", kind: "image", label: "shot.png", mediaType: "image/png" };

const sources = (image = "QUJD") => ({
  instructions: "",
  projectInstructions: [],
  readImage: (stored: StoredImage) => Promise.resolve(image === "" ? undefined : { ...stored, data: image }),
});

const asking = (text: string, attachments: StoredAttachment[], after?: string) =>
  ({
    type: "turn-add",
    turn: "now",
    ...(after !== undefined && { after }),
    question: { text, attachments, at: 9 },
  }) as const;

suite("what a model is asked", () => {
  test("the conversation so far, and the question with its attachments", async () => {
    const conversation = conversationOf([
      ...turnEvents("t1", undefined, "one?", "one"),
      asking("two?", [selection], "t1-a"),
    ]);
    const { messages } = await completionRequest(branchTo(conversation, "now"), sources());
    assert.deepEqual(messages.slice(1), [
      { role: "user", content: "one?" },
      { role: "assistant", content: "one" },
      { role: "user", content: "Selected code: a.ts:1-2\n```typescript\nlet a;\nlet b;\n```\n\ntwo?" },
    ]);
    assert.equal(messages[0]?.role, "system");
  });

  test("a selection travels including surrounding code in its file", () => {
    const surroundings = "import b;\n⋯ lines 1-2 (shown above) ⋯";
    assert.equal(
      attachmentText({ ...selection, surroundings }),
      [
        ...["Selected code: a.ts:1-2", "```typescript", "let a;", "let b;", "```"],
        ...["Surrounding code in the same file, for context (“⋯” marks omitted lines):"],
        ...["```typescript", "import b;", "⋯ lines 1-2 (shown above) ⋯", "```"],
      ].join("\n"),
    );
  });

  test("pictures travel as data, and one that is gone is said to be", async () => {
    const conversation = conversationOf([asking("What is this?", [image])]);
    const { messages } = await completionRequest(branchTo(conversation, "now"), sources());
    assert.deepEqual(messages[1]?.content, [
      { type: "text", text: "What is this?" },
      { type: "image_url", image_url: { url: "data:image/png;base64,QUJD" } },
    ]);
    const without = await completionRequest(branchTo(conversation, "now"), sources(""));
    assert.match(JSON.stringify(without.messages[1]?.content), /shot\.png is no longer available/);
  });

  test("a question without an answer joins the next: roles alternate", async () => {
    const [first] = turnEvents("t1", undefined, "one?", "");
    const failed = conversationOf([
      first!,
      { type: "answer-start", turn: "t1", answer: "a1", at: 2, pid: 1 },
      { type: "answer-change", answer: "a1", changes: { status: "failed" } },
      asking("again?", [], "a1"),
    ]);
    const { messages } = await completionRequest(branchTo(failed, "now"), sources());
    assert.deepEqual(messages.slice(1), [{ role: "user", content: "one?\n\nagain?" }]);
  });

  test("asked once more, an answer of the same question plays no part", async () => {
    const conversation = conversationOf(turnEvents("t1", undefined, "one?", "one"));
    const { messages } = await completionRequest(branchTo(conversation, "t1"), sources());
    assert.deepEqual(messages.slice(1), [{ role: "user", content: "one?" }]);
  });

  test("the user's instructions stand in the system message", async () => {
    const conversation = conversationOf([asking("?", [])]);
    const { messages } = await completionRequest(branchTo(conversation, "now"), {
      ...sources(),
      instructions: " Be kind. ",
    });
    assert.match(JSON.stringify(messages[0]?.content), /The user's instructions:\\nBe kind\."$/);
  });

  test("what the project asks stands in the system message too, before the user's last word, and nowhere else", async () => {
    const agents: TextAttachment = { id: "i", kind: "instructions", label: "AGENTS.md", text: "Use tabs.\n" };
    const conversation = conversationOf([asking("Why?", [agents, selection])]);
    const steps = branchTo(conversation, "now");
    assert.deepEqual(attachedInstructions(steps), [agents]);
    const { messages } = await completionRequest(steps, {
      ...sources(),
      instructions: "Be kind.",
      projectInstructions: [agents],
    });
    assert.match(
      JSON.stringify(messages[0]?.content),
      /\(AGENTS\.md\):\\nUse tabs\.\\n\\nThe user's instructions:\\nBe kind\."$/,
    );
    assert.doesNotMatch(JSON.stringify(messages[1]), /tabs/);
    assert.match(JSON.stringify(messages[1]), /let a;.*Why\?/);
  });

  test("no text can close its own fence", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("`", "~", "\n", "a") }), (text) => {
        const lines = attachmentText({ ...selection, text }).split("\n");
        const fence = /^`+/.exec(lines[1] ?? "")?.[0] ?? "";
        assert.ok(fence.length >= 3);
        const closers = lines.slice(2).filter((line) => /^`+$/.test(line) && line.length >= fence.length);
        assert.equal(closers.length, 1);
        assert.equal(lines.at(-1), fence);
      }),
    );
  });
});
