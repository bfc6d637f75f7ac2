import assert from "node:assert/strict";
import { rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, test } from "node:test";
import { ProjectIndex } from "../../../src/project/projectIndex";
import { temporaryFolder } from "../../support/temporaryFolder";

/** A name of one word. */
const nameOf = (number: number): string => `zebra${String.fromCharCode(97 + (number % 26))}${number < 26 ? "q" : "v"}`;
const query = { recent: [], places: [], budget: 8_000 };

describe("The index of a project", () => {
  test("reads files and texts, and leaves out what is no code", async () => {
    await using folder = await temporaryFolder();
    const file = async (name: string, text: string) => {
      await writeFile(path.join(folder.path, name), text);
      return { path: name, file: path.join(folder.path, name) };
    };
    const index = new ProjectIndex();
    await index.add([
      await file("basket.ts", "export function removeTitle() {\n  return 1;\n}"),
      await file("data.bin", "removeTitle\0\0"),
      await file("large.ts", `removeTitle ${"x ".repeat(300_000)}`),
      { path: "missing.ts", file: path.join(folder.path, "missing.ts") },
      { path: "virtual.ts", text: "// calls removeTitle" },
    ]);
    const found = await index.search({ ...query, question: "removeTitle" });
    assert.deepEqual(
      found.map(({ path: each, text, symbol }) => [each, text.split("\n")[0], symbol?.name]),
      [
        ["basket.ts", "export function removeTitle() {", "removeTitle"],
        ["virtual.ts", "// calls removeTitle", undefined],
      ],
    );
  });

  test("returns the text of now, and follows changes", async () => {
    await using folder = await temporaryFolder();
    const name = path.join(folder.path, "a.ts");
    await writeFile(name, "const wolf = 1;");
    const index = new ProjectIndex();
    const source = { path: "a.ts", file: name };
    await index.add([source]);
    await writeFile(name, "const wolf = 2;");
    assert.equal((await index.search({ ...query, question: "wolf" }))[0]?.text, "const wolf = 2;");
    await writeFile(name, "const fox = 3;");
    await index.add([source]);
    assert.deepEqual(await index.search({ ...query, question: "wolf" }), []);
    assert.equal((await index.search({ ...query, question: "fox" })).length, 1);
    await rm(name);
    index.remove(["a.ts"]);
    assert.deepEqual(await index.search({ ...query, question: "fox" }), []);
  });

  test("is made anew when much of it belongs to old texts", async () => {
    const index = new ProjectIndex();
    for (let round = 0; round < 30; round++)
      await index.add([
        { path: "a.ts", text: `const ${nameOf(round)} = 1;` },
        { path: `b${round}.ts`, text: "const sibling = 1;" },
      ]);
    assert.equal((await index.search({ ...query, question: nameOf(29) })).length, 1);
    assert.deepEqual(await index.search({ ...query, question: nameOf(28) }), []);
    assert.equal((await index.search({ ...query, question: "sibling" })).length, 14);
  });
});
