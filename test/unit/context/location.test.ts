import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { fileName, locationLabel } from "../../../src/context/location";

describe("locationLabel", () => {
  const labels: [name: string, label: string, range: Parameters<typeof locationLabel>[1]][] = [
    ["several lines", "router.ts:12-40", { startLine: 11, startCharacter: 0, endLine: 39, endCharacter: 7 }],
    ["several whole lines", "router.ts:12-40", { startLine: 11, startCharacter: 0, endLine: 40, endCharacter: 0 }],
    ["a part of one line", "router.ts:12", { startLine: 11, startCharacter: 4, endLine: 11, endCharacter: 9 }],
    ["one whole line", "router.ts:12", { startLine: 11, startCharacter: 0, endLine: 12, endCharacter: 0 }],
  ];
  for (const [name, label, range] of labels)
    test(`formats ${name}`, () => assert.equal(locationLabel("router.ts", range), label));
});

describe("fileName", () => {
  test("returns the last segment of a path", () => {
    assert.deepEqual(
      ["/a/b/router.ts", "Untitled-1", "/a/b/", "/ü ☕.md"].map((path) => fileName(path)),
      ["router.ts", "Untitled-1", "b/", "ü ☕.md"],
    );
  });
});
