import assert from "node:assert/strict";
import { mkdir, realpath, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, test } from "node:test";
import { linkTarget } from "../../../src/context/linkTarget";
import { temporaryFolder } from "../../support/temporaryFolder";

describe("linkTarget", () => {
  test("returns the path of the final target of a link, also of a folder above the file", async () => {
    await using folder = await temporaryFolder();
    const root = await realpath(folder.path);
    const at = (...parts: string[]): string => path.join(root, ...parts);
    await mkdir(at("home"));
    await writeFile(at("home", ".netrc"), "machine a");
    await symlink(at("home", ".netrc"), at("notes.txt"));
    await symlink(at("notes.txt"), at("more.txt"));
    await symlink(at("home"), at("house"));
    await symlink(at("nothing"), at("gone.txt"));
    const names = ["notes.txt", "more.txt", path.join("house", ".netrc"), path.join("home", ".netrc"), "gone.txt"];
    assert.deepEqual(await Promise.all(names.map((name) => linkTarget(at(name)))), [
      ...Array<string>(3).fill(at("home", ".netrc")),
      ...[undefined, undefined],
    ]);
  });
});
