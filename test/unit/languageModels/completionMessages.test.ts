import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { ChatMessage, ChatPart } from "../../../src/languageModels/chatMessage";
import { completionMessages } from "../../../src/languageModels/completionMessages";
import { ownNote } from "../../../src/languageModels/ownNote";
import type { Message } from "../../../src/router/index";

const text = (value: string): ChatPart => ({ type: "text", text: value });
const call = (id: string): ChatPart => ({ type: "tool-call", id, name: "read_file", input: { path: "a.ts" } });
const result = (id: string, ...parts: ChatPart[]): ChatPart => ({ type: "tool-result", id, parts });
const image: ChatPart = { type: "image", mimeType: "image/png", data: new Uint8Array([1, 2, 3]) };

const user = (...parts: ChatPart[]): ChatMessage => ({ role: "user", parts });
const assistant = (...parts: ChatPart[]): ChatMessage => ({ role: "assistant", parts });
const system = (...parts: ChatPart[]): ChatMessage => ({ role: "system", parts });

const sentCall = (id: string) => ({
  id,
  type: "function" as const,
  function: { name: "read_file", arguments: '{"path":"a.ts"}' },
});
const imageUrl = { type: "image_url" as const, image_url: { url: "data:image/png;base64,AQID" } };
const canceled = "No result: the call was canceled.";

describe("Messages of VS Code's chat for the chat-completions API", () => {
  const samples: [what: string, messages: ChatMessage[], sent: Message[]][] = [
    [
      "a question with a system prompt",
      [system(text("Be brief.")), user(text("Why?"))],
      [
        { role: "system", content: "Be brief." },
        { role: "user", content: "Why?" },
      ],
    ],
    [
      "texts of a message are joined, and images stay parts",
      [user(text("What is"), text("this?"), image)],
      [{ role: "user", content: [{ type: "text", text: "What is" }, { type: "text", text: "this?" }, imageUrl] }],
    ],
    ["texts without an image become one text", [user(text("a"), text("b"))], [{ role: "user", content: "a\nb" }]],
    [
      "a round of tool calls",
      [
        user(text("Read.")),
        assistant(text("I read."), call("1"), call("2")),
        user(result("2", text("b")), result("1", text("a"))),
      ],
      [
        { role: "user", content: "Read." },
        { role: "assistant", content: "I read.", tool_calls: [sentCall("1"), sentCall("2")] },
        { role: "tool", tool_call_id: "2", content: "b" },
        { role: "tool", tool_call_id: "1", content: "a" },
      ],
    ],
    [
      "an image of a tool follows as a message of the user",
      [assistant(call("1")), user(result("1", text("a"), image))],
      [
        { role: "assistant", content: null, tool_calls: [sentCall("1")] },
        { role: "tool", tool_call_id: "1", content: "a" },
        { role: "user", content: [imageUrl] },
      ],
    ],
    [
      "a call whose turn was stopped gets a result",
      [assistant(call("1"), call("2")), user(result("1", text("a")), text("And now?"))],
      [
        { role: "assistant", content: null, tool_calls: [sentCall("1"), sentCall("2")] },
        { role: "tool", tool_call_id: "1", content: "a" },
        { role: "tool", tool_call_id: "2", content: canceled },
        { role: "user", content: "And now?" },
      ],
    ],
    [
      "also at the end, and before another answer",
      [assistant(call("1")), assistant(call("2"))],
      [
        { role: "assistant", content: null, tool_calls: [sentCall("1")] },
        { role: "tool", tool_call_id: "1", content: canceled },
        { role: "assistant", content: null, tool_calls: [sentCall("2")] },
        { role: "tool", tool_call_id: "2", content: canceled },
      ],
    ],
    [
      "results in several messages belong to the same calls",
      [assistant(call("1"), call("2")), user(result("1", text("a"))), user(result("2", text("b")))],
      [
        { role: "assistant", content: null, tool_calls: [sentCall("1"), sentCall("2")] },
        { role: "tool", tool_call_id: "1", content: "a" },
        { role: "tool", tool_call_id: "2", content: "b" },
      ],
    ],
    ["a result without a call is text", [user(result("9", text("late")))], [{ role: "user", content: "late" }]],
    [
      "an empty result says so",
      [assistant(call("1")), user(result("1"))],
      [
        { role: "assistant", content: null, tool_calls: [sentCall("1")] },
        { role: "tool", tool_call_id: "1", content: "(no text)" },
      ],
    ],
    [
      "empty messages are left out",
      [system(), assistant(text("")), user(), user(text("Hi"))],
      [{ role: "user", content: "Hi" }],
    ],
    [
      "reasoning goes back only with its details",
      [
        assistant({ type: "reasoning", text: "Hm." }, text("Yes.")),
        assistant({ type: "reasoning", text: "", details: { model: "m/one:free", details: [{ id: 1 }] } }, text("No.")),
      ],
      [
        { role: "assistant", content: "Yes." },
        { role: "assistant", content: "No.", model: "m/one:free", reasoning_details: [{ id: 1 }] },
      ],
    ],
    [
      "our own notes stay out of earlier answers",
      [assistant(text(`Half an\n\n${ownNote("A broke off.")}\n\nA whole answer.`)), assistant(text(ownNote("Busy.")))],
      [{ role: "assistant", content: "Half an\n\n\n\nA whole answer." }],
    ],
  ];
  for (const [what, messages, sent] of samples) test(what, () => assert.deepEqual(completionMessages(messages), sent));
});
