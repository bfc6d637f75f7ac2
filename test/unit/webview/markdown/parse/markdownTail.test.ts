import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import type { Block } from "../../../../../src/webview/markdown/parse/markdownBlock";
import { MarkdownLexer } from "../../../../../src/webview/markdown/parse/markdownLexer";
import { MarkdownTail, type ParsedTail } from "../../../../../src/webview/markdown/parse/markdownTail";
import { markdownText, splitText } from "../markdownText";

describe("MarkdownTail", () => {
  test("returns the blocks of the whole text, however it is split into deltas", () => {
    fc.assert(
      fc.property(markdownText, fc.infiniteStream(fc.nat({ max: 30 })), (text, lengths) => {
        assert.deepEqual(parseStreamed(splitText(text, lengths)), parseAtOnce(text));
      }),
      { numRuns: Number(process.env["RUNS"] ?? 3000) },
    );
  });
});

function parseAtOnce(text: string): unknown {
  const blocks = new MarkdownLexer().blocks(text).flatMap(({ block }) => (block ? [block] : []));
  return blocks.map(comparable);
}

function parseStreamed(deltas: string[]): unknown {
  const tail = new MarkdownTail(new MarkdownLexer());
  const blocks: Block[] = [];
  let open: Block | undefined;
  const collectFinal = (parsed: ParsedTail): void => {
    for (const [index, block] of parsed.blocks.entries()) {
      const isFinal = index < parsed.finalBlocks;
      const hasFinalPart = index === parsed.finalBlocks && (parsed.finalParts > 0 || isFencedCode(block));
      if (!isFinal && !hasFinalPart) continue;
      const part = isFinal ? block : firstParts(block, parsed.finalParts);
      const continues = index === 0 && parsed.continues;
      if (continues) assert.ok(open, "continues a block that never started");
      const joined = continues && open ? join(open, part) : part;
      open = isFinal ? undefined : joined;
      if (isFinal) blocks.push(joined);
    }
  };
  for (const delta of deltas) {
    tail.append(delta);
    collectFinal(tail.parse());
  }
  collectFinal(tail.parse(true));
  return blocks.map(comparable);
}

const isFencedCode = (block: Block): boolean =>
  block.type === "code-continuation" || (block.type === "code" && /^ {0,3}(```|~~~)/.test(block.raw));

function firstParts(block: Block, count: number): Block {
  if (block.type === "list") return { ...block, items: block.items.slice(0, count) };
  if (block.type === "table") return { ...block, rows: block.rows.slice(0, count) };
  return block;
}

function join(open: Block, more: Block): Block {
  if (open.type === "list" && more.type === "list") {
    return { ...open, loose: more.loose, items: [...open.items, ...more.items] };
  }
  if (open.type === "table" && more.type === "table") return { ...open, rows: [...open.rows, ...more.rows] };
  if (open.type === "code" && more.type === "code-continuation") return { ...open, text: open.text + more.text };
  if (more.type === open.type) return more;
  throw new Error(`A ${more.type} cannot continue a ${open.type}`);
}

/** Removes the sources, which may differ in their final line breaks. */
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
