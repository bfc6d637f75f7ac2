import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { AttemptError } from "../../../src/router/attemptError";
import { MessageReader } from "../../../src/router/sse";

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

function readAll(chunks: readonly Uint8Array[]): string[] {
  const reader = new MessageReader();
  return [...chunks.flatMap((chunk) => reader.read(chunk)), ...reader.end()];
}
const isMalformed = (error: unknown): boolean => error instanceof AttemptError && error.reason === "malformed";

const streams: [name: string, stream: string, messages: string[]][] = [
  ["one message", 'data: {"a":1}\n\n', ['{"a":1}']],
  ["no space after the colon", "data:1\n\ndata:  2\n\n", ["1", " 2"]],
  ["CRLF line endings", "data: 1\r\n\r\ndata: 2\r\n\r\n", ["1", "2"]],
  ["mixed line endings", "data: 1\n\r\ndata: 2\r\n\n", ["1", "2"]],
  ["CR line endings", "data: 1\r\rdata: 2\r\r", ["1", "2"]],
  ["CR line endings in a message of several lines", ": a\rdata: 1\rdata: 2\r\rdata: 3\r\r", ["1\n2", "3"]],
  ["all line endings", "data: 1\r\rdata: 2\n\ndata: 3\r\n\r\ndata: 4\r\n\rdata: 5\n\r\n", ["1", "2", "3", "4", "5"]],
  ["no blank line at the end of CR lines", "data: 1\r\rdata: 2\r", ["1", "2"]],
  ["a byte order mark", "\uFEFFdata: 1\n\n", ["1"]],
  [
    "comments before, between and within messages",
    ": OPENROUTER PROCESSING\n\n:\n\ndata: 1\n:\n\n: x\r\ndata: 2\n\n",
    ["1", "2"],
  ],
  ["one message in several lines", "data: {\ndata:   1\ndata: }\n\n", ["{\n  1\n}"]],
  ["an empty message", "data:\n\ndata\n\ndata: 1\n\n", ["", "", "1"]],
  ["other fields", "event: delta\nid: 7\nretry: 10\nretry: soon\ndata: 1\n\n", ["1"]],
  ["events without data", "event: ping\n\nid: 1\n\n", []],
  ["many blank lines", "\n\n\ndata: 1\n\n\n\n\ndata: 2\n\n\n", ["1", "2"]],
  ["no blank line at the end", "data: 1\n\ndata: 2\n", ["1", "2"]],
  ["no line break at the end", "data: 1\n\ndata: 2", ["1", "2"]],
  ["characters of one to four bytes", "data: aé快🙂\n\ndata: 👩‍👩‍👧\n\n", ["aé快🙂", "👩‍👩‍👧"]],
  [
    "Unicode line separators, which are not line breaks here",
    "data: a\u2028b\u2029c\u0085d\n\n",
    ["a\u2028b\u2029c\u0085d"],
  ],
  ["an empty stream", "", []],
  ["an incomplete field at the end", "data: 1\n\nda", ["1"]],
  ["[DONE]", 'data: {"a":1}\n\ndata: [DONE]\n\n', ['{"a":1}', "[DONE]"]],
];

describe("reading messages from bytes", () => {
  for (const [name, stream, messages] of streams)
    test(`does not depend on how the stream is split: ${name}`, () => {
      const bytes = encode(stream);
      assert.deepEqual(readAll([bytes]), messages);
      for (let at = 0; at <= bytes.length; at++)
        assert.deepEqual(readAll([bytes.slice(0, at), bytes.slice(at)]), messages, `split at ${at}`);
      assert.deepEqual(readAll(Array.from(bytes, (byte) => Uint8Array.of(byte))), messages, "byte by byte");
    });

  test("does not depend on how the stream is split: random messages", () => {
    const data = fc.string({ unit: "binary" }).filter((text) => !/[\r\n]/.test(text));
    const end = fc.constantFrom("\n\n", "\r\n\r\n", "\r\r", "\n\r", "\r\n\n", "\r\n\r");
    const comment = fc.constantFrom("", ": wait\n\n", ":\r\n", ": wait\r");
    const messages = fc.array(fc.tuple(data, end, comment), { maxLength: 8 });
    const property = fc.property(messages, fc.infiniteStream(fc.nat({ max: 9 })), (given, lengths) => {
      const bytes = encode(given.map(([text, close, comment]) => `${comment}data: ${text}${close}`).join(""));
      const chunks: Uint8Array[] = [];
      for (let at = 0; at < bytes.length;) {
        const length = Number(lengths.next().value);
        chunks.push(bytes.slice(at, at + length));
        at += length;
      }
      // Lone surrogates do not survive the encoding.
      assert.deepEqual(
        readAll(chunks),
        given.map(([text]) => text.toWellFormed()),
      );
    });
    fc.assert(property, { numRuns: Number(process.env["RUNS"] ?? 500) });
  });
});

test("a message is returned at its blank line, whatever the line endings are", () => {
  for (const end of ["\n", "\r\n", "\r"]) {
    const reader = new MessageReader();
    assert.deepEqual(reader.read(encode(`data: 1${end}${end}`)), ["1"], JSON.stringify(end));
    assert.deepEqual(reader.read(encode(`data: 2${end}`)), []);
    assert.deepEqual(reader.read(encode(end)), ["2"]);
  }
});

describe("invalid streams", () => {
  const garbage = ["nonsense\n\n", '{"a":1}\n\n', 'data: 1\n\nta: {"a":2}\n\ndata: 3\n\n', "\u0000\u0001\u0002\n"];
  for (const stream of garbage)
    test(`are rejected, since part of a message may be missing: ${JSON.stringify(stream)}`, () => {
      const bytes = encode(stream);
      for (let at = 0; at <= bytes.length; at++)
        assert.throws(() => readAll([bytes.slice(0, at), bytes.slice(at)]), isMalformed, `split at ${at}`);
    });

  test("are rejected if a line exceeds the maximum length", () => {
    const reader = new MessageReader();
    const megabyte = encode("x".repeat(1024 * 1024));
    assert.deepEqual(reader.read(encode("data: ")), []);
    assert.throws(() => {
      for (let count = 0; count < 20; count++) reader.read(megabyte);
    }, isMalformed);
  });

  test("are rejected if a message exceeds the maximum length", () => {
    const reader = new MessageReader();
    const megabyte = encode(`data: ${"x".repeat(1024 * 1024)}\n`);
    assert.throws(() => {
      for (let count = 0; count < 20; count++) reader.read(megabyte);
    }, isMalformed);
  });
});
