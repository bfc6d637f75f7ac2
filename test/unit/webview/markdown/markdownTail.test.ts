import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import type { Block } from "../../../../src/webview/markdown/markdownBlock";
import { MarkdownLexer } from "../../../../src/webview/markdown/markdownLexer";
import { MarkdownTail, type Reading } from "../../../../src/webview/markdown/markdownTail";
import { cut, markdownText } from "./markdownText";

describe("the tail of a growing Markdown text", () => {
  test("gives, whatever the cuts, the blocks of the whole text", () => {
    fc.assert(
      fc.property(markdownText, fc.infiniteStream(fc.nat({ max: 30 })), (text, lengths) => {
        assert.deepEqual(readInPieces(cut(text, lengths)), readAtOnce(text));
      }),
      { numRuns: Number(process.env["RUNS"] ?? 3000) },
    );
  });
});

function readAtOnce(text: string): unknown {
  const blocks = new MarkdownLexer().blocks(text).flatMap(({ block }) => (block ? [block] : []));
  return blocks.map(comparable);
}

function readInPieces(pieces: string[]): unknown {
  const tail = new MarkdownTail(new MarkdownLexer());
  const blocks: Block[] = [];
  let open: Block | undefined;
  const take = (reading: Reading): void => {
    for (const [index, block] of reading.blocks.entries()) {
      const settled = index < reading.settled;
      const part = index === reading.settled && (reading.settledParts > 0 || isCode(block));
      if (!settled && !part) continue;
      const piece = settled ? block : firstParts(block, reading.settledParts);
      const goesOn = index === 0 && reading.continues;
      if (goesOn) assert.ok(open, "continues what was never begun");
      const whole = goesOn && open ? joined(open, piece) : piece;
      open = settled ? undefined : whole;
      if (settled) blocks.push(whole);
    }
  };
  for (const piece of pieces) {
    tail.append(piece);
    take(tail.read());
  }
  take(tail.read(true));
  return blocks.map(comparable);
}

const isCode = (block: Block): boolean =>
  block.type === "more-code" || (block.type === "code" && /^ {0,3}(```|~~~)/.test(block.raw));

function firstParts(block: Block, count: number): Block {
  if (block.type === "list") return { ...block, items: block.items.slice(0, count) };
  if (block.type === "table") return { ...block, rows: block.rows.slice(0, count) };
  return block;
}

function joined(open: Block, more: Block): Block {
  if (open.type === "list" && more.type === "list") {
    return { ...open, loose: more.loose, items: [...open.items, ...more.items] };
  }
  if (open.type === "table" && more.type === "table") return { ...open, rows: [...open.rows, ...more.rows] };
  if (open.type === "code" && more.type === "more-code") return { ...open, text: open.text + more.text };
  if (more.type === open.type) return more;
  throw new Error(`A ${open.type} cannot go on with a ${more.type}`);
}

/** Without the sources, which may differ in the line breaks at their end. */
function comparable(block: Block): unknown {
  return JSON.parse(
    JSON.stringify(block, (key, value: unknown) => (key === "raw" && typeof value === "string" ? value.trim() : value)),
    (_, value: unknown) => {
      if (value === null || typeof value !== "object" || !("type" in value)) return value;
      const { raw, ...rest } = value as { type: string; raw: string };
      return rest.type === "html" || rest.type === "math" ? { ...rest, raw } : rest;
    },
  );
}
