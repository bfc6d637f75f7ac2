import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { RouterError } from "../../../src/router/errors";
import type { CompletionRequest } from "../../../src/router/request";
import { rejectUnsendable } from "../../../src/router/unsendable";

const withPart = (part: unknown): unknown => ({ messages: [{ role: "user", content: [part] }] });

describe("a request that no model can answer", () => {
  const cases: [name: string, request: unknown, message: RegExp][] = [
    ["without messages", { messages: [] }, /has no messages/],
    ["whose messages are missing", {}, /has no messages/],
    ["with a message that is null", { messages: [null] }, /not an object/],
    ["with a part that is null", withPart(null), /unknown type "none"/],
    ["with a part of an unknown type", withPart({ type: "hologram" }), /unknown type "hologram"/],
    ["with a text part without text", withPart({ type: "text" }), /"text" without content/],
    ["with an image without an address", withPart({ type: "image_url", image_url: {} }), /"image_url" without content/],
    ["with audio that is not text", withPart({ type: "input_audio", input_audio: { data: 5 } }), /without content/],
  ];
  for (const [name, request, message] of cases)
    test(`is rejected before it is sent: ${name}`, () =>
      assert.throws(
        () => rejectUnsendable(request as CompletionRequest),
        (error) => error instanceof RouterError && error.reason === "bad-request" && message.test(error.message),
      ));

  test("is not one with any of the known parts", () => {
    const parts = [
      { type: "text", text: "" },
      { type: "image_url", image_url: { url: "data:image/png;base64,AAAA" } },
      { type: "file", file: { filename: "a.pdf", file_data: "data:application/pdf;base64,AAAA" } },
      { type: "input_audio", input_audio: { data: "AAAA", format: "wav" } },
      { type: "video_url", video_url: { url: "https://example.com/a.mp4" } },
    ];
    for (const part of parts) rejectUnsendable(withPart(part) as CompletionRequest);
    rejectUnsendable({ messages: [{ role: "assistant", content: null }] });
  });
});
