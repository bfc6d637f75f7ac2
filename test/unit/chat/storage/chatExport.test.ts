import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import type { ImageAttachment } from "../../../../src/context/attachment";
import { shownBranch } from "../../../../src/chat/conversation/branch";
import { exportJson, exportMarkdown } from "../../../../src/chat/storage/chatExport";
import { readExport } from "../../../../src/chat/storage/chatImport";
import { anyEvent, conversationOf, turnEvents } from "../sampleConversations";

const image: ImageAttachment = { id: "i1", kind: "image", label: "a.png", mediaType: "image/png", data: "QUJD" };

describe("chatExport", () => {
  test("exports JSON that reads as the same conversation, after any events", () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 30 }), (events) => {
        const conversation = conversationOf(events);
        const [read] = readExport(exportJson([{ conversation, images: new Map() }]));
        assert.deepEqual(read?.conversation.turns, conversation.turns);
        assert.deepEqual(shownBranch(read.conversation), shownBranch(conversation));
      }),
    );
  });

  test("exports images", () => {
    const { data: _data, ...stored } = image;
    const question = { text: "What is this?", attachments: [stored], at: 1 };
    const conversation = conversationOf([{ type: "turn-add", turn: "t1", question }]);
    const [read] = readExport(exportJson([{ conversation, images: new Map([["i1", image]]) }]));
    assert.deepEqual(read?.images.get("i1"), image);
    assert.equal(_data, "QUJD");
  });

  test("rejects other files, and ids that are paths outside the folder", () => {
    for (const text of ["", "{}", "[1]", '{"format":"free-models-chat","version":2,"conversations":[]}'])
      assert.throws(() => readExport(text), /The file contains no exported chats\./);
    const evil = { id: "../../x", kind: "image", label: "x", mediaType: "image/png" };
    const events = [{ type: "turn-add", turn: "t1", question: { text: "?", attachments: [evil], at: 1 } }];
    const [read] = readExport(
      JSON.stringify({
        format: "free-models-chat",
        version: 1,
        conversations: [{ id: "c", events, images: { "../../x": "QUJD" } }],
      }),
    );
    assert.deepEqual([read?.conversation.turns, read?.images.size], [[], 0]);
  });

  test("finds no image data for ids that are names of object members", () => {
    for (const id of ["__proto__", "constructor", "toString"]) {
      const attachment = { id, kind: "image", label: "x", mediaType: "image/png" };
      const events = [{ type: "turn-add", turn: "t1", question: { text: "?", attachments: [attachment], at: 1 } }];
      const conversations = [{ id: "c", events, images: {} }];
      const [read] = readExport(JSON.stringify({ format: "free-models-chat", version: 1, conversations }));
      assert.equal(read?.images.size, 0, id);
    }
  });

  test("exports the calls of tools as folded text that cannot become Markdown", () => {
    const conversation = conversationOf([
      ...turnEvents("t1", undefined, "Why?", "Because."),
      {
        type: "tool-call",
        answer: "t1-a",
        call: "k1",
        round: 1,
        name: "x",
        arguments: "{}",
        label: "Read <a>.md",
        at: 1,
      },
      { type: "tool-result", answer: "t1-a", call: "k1", text: "```\n![](https://example.com/x.png)" },
      {
        type: "tool-call",
        answer: "t1-a",
        call: "k2",
        round: 1,
        name: "x",
        arguments: "{}",
        label: "Read b.md",
        at: 1,
      },
    ]);
    assert.deepEqual(
      exportMarkdown(conversation, (id) => id)
        .split("\n## m:free\n")[1]
        ?.trim(),
      [
        "<details>\n<summary>Read &lt;a>.md</summary>\n\n````text\n```\n![](https://example.com/x.png)\n````\n\n</details>",
        "<details>\n<summary>Read b.md</summary>\n\n```text\nNo result\n```\n\n</details>",
        "Because.",
      ].join("\n\n"),
    );
  });

  test("exports answers that were cut off within code without turning the rest into code", () => {
    const conversation = conversationOf([
      ...turnEvents("t1", undefined, "Why?", "So:\n````ts\n```\nlet a"),
      { type: "answer-start", turn: "t1", answer: "t1-b", at: 3, pid: 1 },
      { type: "answer-delta", answer: "t1-b", text: "Or:\n~~~\nlet b" },
      { type: "answer-change", answer: "t1-b", changes: { status: "stopped" } },
    ]);
    assert.equal(
      exportMarkdown(conversation, (id) => id)
        .split("\n## Answer (stopped)\n")[1]
        ?.trim(),
      [
        "Or:\n~~~\nlet b\n~~~",
        "<details>\n<summary>m:free</summary>\n\nSo:\n````ts\n```\nlet a\n````\n\n</details>",
      ].join("\n\n"),
    );
  });

  test("exports Markdown with a title, questions, attachments, and names of models", () => {
    const question = {
      text: "Why `a < b`?",
      at: 1,
      attachments: [{ id: "x", kind: "file" as const, label: "<a>.ts", text: "```", languageId: "typescript" }],
    };
    const conversation = conversationOf([
      { type: "turn-add", turn: "t1", question },
      ...turnEvents("t1", undefined, "", "Because.").slice(1),
    ]);
    assert.equal(
      exportMarkdown(conversation, (id) => id.toUpperCase()),
      [
        "# Why `a < b`?",
        "## Question",
        "Why `a < b`?",
        "<details>\n<summary>&lt;a>.ts</summary>\n\nFile: <a>.ts\n````typescript\n```\n````\n\n</details>",
        "## M:FREE",
        "Because.\n",
      ].join("\n\n"),
    );
  });

  test("exports the other variants of an answer as Markdown, collapsed and with their ends", () => {
    const conversation = conversationOf([
      ...turnEvents("t1", undefined, "Why?", "Because."),
      { type: "answer-start", turn: "t1", answer: "b", at: 3, pid: 1 },
      { type: "answer-delta", answer: "b", text: "Since" },
      { type: "answer-change", answer: "b", changes: { status: "stopped", model: "n:free" } },
      { type: "answer-start", turn: "t1", answer: "empty", at: 4, pid: 1 },
      { type: "show", after: "t1", id: "t1-a" },
    ]);
    assert.equal(
      exportMarkdown(conversation, (id) => id.toUpperCase()),
      "# Why?\n\n## Question\n\nWhy?\n\n## M:FREE\n\nBecause.\n\n" +
        "<details>\n<summary>N:FREE (stopped)</summary>\n\nSince\n\n</details>\n",
    );
  });
});
