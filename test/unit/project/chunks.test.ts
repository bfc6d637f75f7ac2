import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { chunksOf, definedName, maxChunkLines } from "../../../src/project/chunks";

describe("The name that a line defines", () => {
  const samples: [line: string, name: string | undefined][] = [
    ["export async function* readAll(files: string[]) {", "readAll"],
    ["export default class Basket extends Store {", "Basket"],
    ["  private async remove(title: string): Promise<void> {", "remove"],
    ["  get total(): number {", "total"],
    ["export const sum = (values: number[]): number =>", "sum"],
    ["const limit = 12;", "limit"],
    ["type Price = number;", "Price"],
    ["def _read_chunk(self, size):", "_read_chunk"],
    ["    async def fetch(self) -> bytes:", "fetch"],
    ["func (s *Server) Serve(l net.Listener) error {", "Serve"],
    ["pub(crate) fn parse(input: &str) -> Result<Ast> {", "parse"],
    ["impl Display for Price {", "Display"],
    ["public static void main(String[] args) {", "main"],
    ["static int compare(const void *a, const void *b)", "compare"],
    ["struct node {", "node"],
    ["sub total {", "total"],
    ["  if (total > 3) {", undefined],
    ["  return sum(values);", undefined],
    ["  for (const each of values) {", undefined],
    ["  this.total = 3;", undefined],
    ["// a class of its own", undefined],
    ["", undefined],
    [`x${" y".repeat(500)}(`, undefined],
  ];
  for (const [line, name] of samples)
    test(line.slice(0, 60) || "an empty line", () => assert.equal(definedName(line), name));
});

const body = (count: number): string[] => Array.from({ length: count }, (_, index) => `  step${index};`);

describe("The chunks of a file", () => {
  test("begin at definitions, with their comments", () => {
    const lines = [
      "function one() {",
      ...body(15),
      "}",
      "",
      "// Does two",
      "// things.",
      "function two() {",
      ...body(15),
      "}",
    ];
    assert.deepEqual(chunksOf(lines), [
      { start: 0, end: 17, names: ["one"] },
      { start: 18, end: lines.length, names: ["two"] },
    ]);
  });

  test("join small definitions, and cut long ones", () => {
    const small = ["const a = 1;", "const b = 2;", "function c() {", "}"];
    assert.deepEqual(chunksOf(small), [{ start: 0, end: 4, names: ["a", "b", "c"] }]);
    assert.deepEqual(
      chunksOf(["function long() {", ...body(70), "}"]).map(({ start, end }) => [start, end]),
      [
        [0, 30],
        [30, 60],
        [60, 72],
      ],
    );
  });

  test("cover every line that is not blank once, whatever the file contains", () => {
    const line = fc.constantFrom(
      "",
      "function a() {",
      "  x;",
      "}",
      "// c",
      "class B {",
      "def f():",
      "  call(",
      "\t",
      "@d",
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 120 }), (lines) => {
        const chunks = chunksOf(lines);
        const covered = chunks.flatMap(({ start, end }) =>
          Array.from({ length: end - start }, (_, index) => start + index),
        );
        assert.equal(new Set(covered).size, covered.length);
        for (const [index, each] of lines.entries()) if (each.trim() !== "") assert.ok(covered.includes(index));
        for (const { start, end } of chunks) assert.ok(end - start <= maxChunkLines);
      }),
    );
  });

  test("take linear time for hostile lines", () => {
    const hostile = [
      "a ".repeat(140) + "(",
      "(".repeat(300),
      `${"@a() ".repeat(60)}x`,
      `const ${"a<".repeat(140)}`,
      " ".repeat(290),
    ];
    const started = performance.now();
    chunksOf(Array.from({ length: 2_000 }, (_, index) => hostile[index % hostile.length] ?? ""));
    // Seconds would mean backtracking; the usual time is some ten milliseconds.
    assert.ok(performance.now() - started < 5_000);
  });
});
