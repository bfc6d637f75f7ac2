import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { displayName, fileName, locationLabel, parentFolders } from "../../../src/context/location";

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
      ["/a/b/router.ts", "Untitled-1", "/a/b/", "/ü ☕.md", "/c:/a/b.ts", "/c:/", "/share/a\\b.ts", "/a.ts:stream"].map(
        fileName,
      ),
      ["router.ts", "Untitled-1", "b/", "ü ☕.md", "b.ts", "c:/", "a\\b.ts", "a.ts:stream"],
    );
  });
});

describe("displayName", () => {
  test("shows invisible characters and spaces at the ends", () => {
    assert.deepEqual(
      ["/c:/Users/a/invoice\u202etxt.exe", "/share/a\nb.ts", "/ws/name "].map((path) => displayName(path)),
      ["invoice⟦U+202E⟧txt.exe", "a␊b.ts", "name␠"],
    );
  });
});

describe("parentFolders", () => {
  const paths: [what: string, path: string, root: string, folders: string[]][] = [
    ["on Linux", "/home/ws/src/a/b.ts", "/home/ws", ["/home/ws/src/a", "/home/ws/src"]],
    ["in a root with a slash", "/home/ws/src/b.ts", "/home/ws/", ["/home/ws/src"]],
    ["on a drive", "/c:/ws/src/b.ts", "/c:/ws", ["/c:/ws/src"]],
    ["on a drive whose path differs in case", "/C:/WS/src/b.ts", "/c:/ws", ["/C:/WS/src"]],
    ["in the root of a drive", "/c:/src/b.ts", "/c:/", ["/c:/src"]],
    ["on a network share", "/share/ws/src/b.ts", "/share/ws", ["/share/ws/src"]],
    ["in the root of the file system", "/src/b.ts", "/", ["/src"]],
    ["directly in the workspace folder", "/home/ws/b.ts", "/home/ws", []],
  ];
  for (const [what, path, root, folders] of paths)
    test(`lists the folders ${what}`, () => assert.deepEqual(parentFolders(path, root), folders));
});
