import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { TextAttachment } from "../../../../src/context/attachment";
import { branchTo } from "../../../../src/chat/conversation/branch";
import { attachedInstructions, completionRequest } from "../../../../src/chat/session/prompt";
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

const options = (image = "QUJD") => ({
  instructions: "",
  projectInstructions: [],
  readImage: (stored: StoredImage) => Promise.resolve(image === "" ? undefined : { ...stored, data: image }),
});

const questionEvent = (text: string, attachments: StoredAttachment[], after?: string) =>
  ({
    type: "turn-add",
    turn: "now",
    ...(after !== undefined && { after }),
    question: { text, attachments, at: 9 },
  }) as const;

describe("completionRequest", () => {
  test("contains the conversation and the question with its attachments", async () => {
    const conversation = conversationOf([
      ...turnEvents("t1", undefined, "one?", "one"),
      questionEvent("two?", [selection], "t1-a"),
    ]);
    const { messages } = await completionRequest(branchTo(conversation, "now"), options());
    assert.deepEqual(messages.slice(1), [
      { role: "user", content: "one?" },
      { role: "assistant", content: "one" },
      { role: "user", content: "Selected code: a.ts:1-2\n```typescript\nlet a;\nlet b;\n```\n\ntwo?" },
    ]);
    assert.equal(messages[0]?.role, "system");
  });

  test("contains images as data URLs, and names missing ones", async () => {
    const conversation = conversationOf([questionEvent("What is this?", [image])]);
    const { messages } = await completionRequest(branchTo(conversation, "now"), options());
    assert.deepEqual(messages[1]?.content, [
      { type: "text", text: "What is this?" },
      { type: "image_url", image_url: { url: "data:image/png;base64,QUJD" } },
    ]);
    const missing = await completionRequest(branchTo(conversation, "now"), options(""));
    assert.match(JSON.stringify(missing.messages[1]?.content), /shot\.png is no longer available/);
  });

  test("merges a question without an answer with the next one, so that roles alternate", async () => {
    const [first] = turnEvents("t1", undefined, "one?", "");
    const conversation = conversationOf([
      first!,
      { type: "answer-start", turn: "t1", answer: "a1", at: 2, pid: 1 },
      { type: "answer-change", answer: "a1", changes: { status: "failed" } },
      questionEvent("again?", [], "a1"),
    ]);
    const { messages } = await completionRequest(branchTo(conversation, "now"), options());
    assert.deepEqual(messages.slice(1), [{ role: "user", content: "one?\n\nagain?" }]);
  });

  test("leaves out the existing answer of the last question", async () => {
    const conversation = conversationOf(turnEvents("t1", undefined, "one?", "one"));
    const { messages } = await completionRequest(branchTo(conversation, "t1"), options());
    assert.deepEqual(messages.slice(1), [{ role: "user", content: "one?" }]);
  });

  test("contains the user's instructions in the system message", async () => {
    const conversation = conversationOf([questionEvent("?", [])]);
    const { messages } = await completionRequest(branchTo(conversation, "now"), {
      ...options(),
      instructions: " Be kind. ",
    });
    assert.match(JSON.stringify(messages[0]?.content), /The user's instructions:\\nBe kind\."$/);
  });

  test("contains project instructions only in the system message, before the user's", async () => {
    const agents: TextAttachment = { id: "i", kind: "instructions", label: "AGENTS.md", text: "Use tabs.\n" };
    const conversation = conversationOf([questionEvent("Why?", [agents, selection])]);
    const steps = branchTo(conversation, "now");
    assert.deepEqual(attachedInstructions(steps), [agents]);
    const { messages } = await completionRequest(steps, {
      ...options(),
      instructions: "Be kind.",
      projectInstructions: [agents],
    });
    assert.match(
      JSON.stringify(messages[0]?.content),
      /The workspace's instructions \(AGENTS\.md\):\\nUse tabs\.\\n\\nThe user's instructions:\\nBe kind\."$/,
    );
    assert.doesNotMatch(JSON.stringify(messages[1]), /tabs/);
    assert.match(JSON.stringify(messages[1]), /let a;.*Why\?/);
  });
});
