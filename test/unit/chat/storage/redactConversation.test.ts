import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import type { Conversation } from "../../../../src/chat/conversation/conversation";
import { exportJson } from "../../../../src/chat/storage/chatExport";
import { readExport } from "../../../../src/chat/storage/chatImport";
import { redactConversation } from "../../../../src/chat/storage/redactConversation";
import type { ImageAttachment } from "../../../../src/context/attachment";
import { redactSecrets } from "../../../../src/context/redactSecrets";
import { findSecret } from "../../../../src/context/secrets";
import { secretLookAlikes } from "../../../support/secretLookAlikes";
import { expandSample, secretSamples } from "../../../support/secretSamples";
import { conversationOf } from "../sampleConversations";

/** Looks like base64 of a key, and must stay. */
const image: ImageAttachment = {
  id: "i1",
  kind: "image",
  label: "a.png",
  mediaType: "image/png",
  data: `iVBORw0KGgo${"aB3x".repeat(20)}`,
};

/** A chat that has the texts in every place for text. */
function chatWith(texts: readonly string[]): Conversation {
  const [a = "", b = "", c = "", d = ""] = texts;
  return conversationOf([
    { type: "conversation-start", version: 1, id: "c1", at: 1 },
    { type: "title-change", title: d },
    {
      type: "turn-add",
      turn: "t1",
      question: {
        text: a,
        at: 2,
        attachments: [
          { id: "x", kind: "file", label: b, text: c, surroundings: d, uri: "file:///a.ts", languageId: "typescript" },
          { id: image.id, kind: image.kind, label: image.label, mediaType: image.mediaType },
        ],
      },
    },
    { type: "answer-start", turn: "t1", answer: "a1", at: 3, pid: 4 },
    { type: "answer-delta", answer: "a1", text: b, reasoning: c },
    { type: "tool-call", answer: "a1", call: "k1", round: 1, name: "read_lines", arguments: a, label: c, at: 3 },
    { type: "tool-result", answer: "a1", call: "k1", text: d },
    {
      type: "answer-change",
      answer: "a1",
      changes: {
        status: "failed",
        model: "acme/token-key-70b-instruct:free",
        notices: [a],
        failures: [{ attempt: 1, model: "m/a:free", reason: "malformed", message: b }],
        error: { reason: "malformed", detail: c, complaint: d },
      },
    },
  ]);
}

function exported(conversation: Conversation): string {
  return exportJson([
    { conversation: redactConversation(conversation, redactSecrets), images: new Map([[image.id, image]]) },
  ]);
}

function imported(text: string): Conversation {
  const [read] = readExport(text);
  assert.ok(read);
  return read.conversation;
}

const hostile = [
  'curl -H "Authorization: Bearer abc" https://acme.net',
  '<script src="https://acme.net/a.js?key=X"></script>',
  '{"Authorization": "Basic …"}',
  "a basic example of Visual Basic code",
  "http://user:@host, https://${USER}:${PASS}@host, \u0000\u0007\u001b[31m\u2028\ufeff",
];
const anyText = fc.oneof(
  fc.array(fc.nat(0xffff), { maxLength: 60 }).map((units) => String.fromCharCode(...units)), // Also lone surrogates.
  fc.constantFrom(...hostile),
  fc.constantFrom(...secretLookAlikes).map((sample) => expandSample(sample).text), // Code and data in more than 20 languages.
  fc.json(),
);

describe("An exported chat", () => {
  test("is the same after import and another export, if it has no secrets", () => {
    fc.assert(
      fc.property(fc.array(anyText, { minLength: 4, maxLength: 4 }), (texts) => {
        fc.pre(texts.every((text) => findSecret({ text }).length === 0));
        const conversation = chatWith(texts);
        const first = exported(conversation);
        assert.deepEqual(imported(first), conversation);
        assert.equal(exported(imported(first)), first);
      }),
      { numRuns: 500 },
    );
  });

  test("can be imported and holds no secret, if the chat had some", () => {
    const anySecret = fc
      .tuple(fc.constantFrom(...secretSamples), fc.nat())
      .map(([sample, seed]) => expandSample(sample, seed))
      // One random token in a thousand looks like a name, which the detector leaves alone; its own tests are elsewhere.
      .filter(({ text, secrets }) =>
        secrets.every(({ start, end }) => !redactSecrets(text).includes(text.slice(start, end))),
      );
    fc.assert(
      fc.property(fc.array(anySecret, { minLength: 4, maxLength: 4 }), (samples) => {
        const file = exported(chatWith(samples.map(({ text }) => text)));
        assert.equal(exported(imported(file)), file);
        for (const { text, secrets } of samples)
          for (const { start, end } of secrets) {
            const secret = JSON.stringify(text.slice(start, end)).slice(1, -1);
            assert.ok(!file.includes(secret), `${secret} is in ${file}`);
          }
      }),
    );
  });

  test("keeps ids, models, images and times", () => {
    const conversation = chatWith(["a", "b", "c", "d"]);
    assert.deepEqual(redactConversation(conversation, redactSecrets), conversation);
    assert.ok(exported(conversation).includes(image.data));
  });
});
