import assert from "node:assert/strict";
import { mkdir, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, it } from "node:test";
import { linkTargetName } from "../../../src/context/linkTarget";
import { temporaryFolder } from "../../support/temporaryFolder";

describe("The name behind a link", () => {
  it("is told where it is another, however many links lie between", async () => {
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
