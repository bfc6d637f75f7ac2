import assert from "node:assert/strict";
import { test } from "node:test";
import { chooseChunks } from "../../../src/project/chooseChunks";
import type { FoundChunk } from "../../../src/project/searchIndex";

const chunk = (path: string, start: number, end: number, fields: Partial<FoundChunk> = {}): FoundChunk => ({
  ...{ path, start, end, score: 1 },
  ...fields,
});
const lines = ({ start, end }: FoundChunk): number => end - start;

test("The best chunks are chosen within the budget, and smaller ones fill it", async () => {
  const found = [chunk("a", 0, 30), chunk("b", 0, 40), chunk("c", 0, 20), chunk("d", 0, 15)];
  assert.deepEqual(
    (await chooseChunks(found, 55, lines)).map(({ path }) => path),
    ["a", "c"],
  );
  assert.deepEqual(await chooseChunks(found, 10, lines), []);
});

test("Chunks next to each other are joined, files stay in the order of their best chunk", async () => {
  const defines = { role: "defines", name: "sum" } as const;
  const found = [chunk("b", 60, 90), chunk("a", 0, 10), chunk("b", 30, 58, { symbol: defines }), chunk("b", 200, 210)];
  assert.deepEqual(await chooseChunks(found, 1_000, lines), [
    { path: "b", start: 30, end: 90, symbol: defines },
    { path: "b", start: 200, end: 210 },
    { path: "a", start: 0, end: 10 },
  ]);
});

test("Joined chunks say what they define rather than what they use", async () => {
  const uses = { role: "uses", name: "price" } as const;
  const defines = { role: "defines", name: "sum" } as const;
  const symbolOf = async (...symbols: readonly (FoundChunk["symbol"] & object)[]) =>
    (
      await chooseChunks(
        symbols.map((symbol, index) => chunk("a", index * 10, index * 10 + 9, { symbol })),
        100,
        lines,
      )
    )[0]?.symbol;
  assert.deepEqual(await symbolOf(uses, defines), defines);
  assert.deepEqual(await symbolOf(defines, uses), defines);
  assert.deepEqual(await symbolOf(uses, { role: "uses", name: "copies" }), uses);
});

test("There are never too many parts", async () => {
  const found = Array.from({ length: 40 }, (_, index) => chunk(`file ${index}`, 0, 5));
  assert.equal((await chooseChunks(found, 1_000, lines)).length, 14);
});

test("Once the budget is nearly used, no more chunks are looked at", async () => {
  const looked: string[] = [];
  const found = [chunk("a", 0, 30), chunk("b", 0, 66), chunk("c", 0, 3), chunk("d", 0, 3)];
  await chooseChunks(found, 100, (each) => (looked.push(each.path), lines(each)));
  assert.deepEqual(looked, ["a", "b"]);
});
