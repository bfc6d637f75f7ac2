import assert from "node:assert/strict";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, test } from "node:test";
import { linkTargetName } from "../../../src/context/symlinks";
import { temporaryFolder } from "../../support/temporaryFolder";

describe("linkTargetName", () => {
  test("returns the name of the final target if it differs from the name of the link", async () => {
    await using folder = await temporaryFolder();
    const at = (...parts: string[]): string => path.join(folder.path, ...parts);
    await mkdir(at("home"));
    await writeFile(at("home", ".netrc"), "machine a");
    await symlink(at("home", ".netrc"), at("notes.txt"));
    await symlink(at("notes.txt"), at("more.txt"));
    await symlink(at("home"), at("house"));
    await symlink(at("nothing"), at("gone.txt"));
    const names = ["notes.txt", "more.txt", path.join("house", ".netrc"), path.join("home", ".netrc"), "gone.txt"];
    assert.deepEqual(await Promise.all(names.map((name) => linkTargetName(at(name)))), [
      ...[".netrc", ".netrc"],
      ...[undefined, undefined, undefined],
    ]);
  });
});
