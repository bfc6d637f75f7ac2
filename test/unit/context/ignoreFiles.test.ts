import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { describe, test } from "node:test";
import fc from "fast-check";
import { pathsIgnoredByFiles } from "../../../src/context/ignoreFiles";
import { temporaryFolder } from "../../support/temporaryFolder";

const ignoredBy = async (rules: Readonly<Record<string, string>>, ...paths: string[]): Promise<string[]> => [
  ...(await pathsIgnoredByFiles(paths, (folder) => Promise.resolve(rules[folder]))),
];

describe("pathsIgnoredByFiles", () => {
  test("applies the rules of each folder below it", async () => {
    const rules = { "": "*.log\n/build/\n", app: "secret.ts\n!kept.log\n" };
    const paths = ["a.log", "build/x.ts", "app/build/x.ts", "app/secret.ts", "app/a/secret.ts", "app/kept.log"];
    assert.deepEqual(await ignoredBy(rules, ...paths, "secret.ts"), [
      ...["a.log", "build/x.ts", "app/secret.ts", "app/a/secret.ts"],
    ]);
  });

  test("includes nothing below an ignored folder", async () => {
    assert.deepEqual(await ignoredBy({ "": "out/\n", out: "!a.ts\n" }, "out", "out/a.ts", "out/b/a.ts"), [
      ...["out", "out/a.ts", "out/b/a.ts"],
    ]);
  });

  test("reads the rules of a folder once", async () => {
    const read: string[] = [];
    await pathsIgnoredByFiles(["a/b/1.ts", "a/b/2.ts", "a/3.ts"], (folder) => {
      read.push(folder);
      return Promise.resolve(undefined);
    });
    assert.deepEqual(read.sort(), ["", "a", "a/b"]);
  });

  test("agrees with Git", async () => {
    await using folder = await temporaryFolder();
    const root = folder.path;
    execFileSync("git", ["init", "-q"], { cwd: root });
    const folders = ["", "a", "a/b", "b"];
    const names = ["x.ts", "y.log", "keep.ts"];
    const paths = folders.flatMap((each) => names.map((name) => path.posix.join(each, name)));
    for (const each of folders) await mkdir(path.join(root, each), { recursive: true });
    for (const each of paths) await writeFile(path.join(root, each), "");
    const rule = fc.constantFrom("*.log", "x.ts", "/x.ts", "b/", "/a/", "!keep.ts", "a/*", "**/b/*", "!y.log", "# no");
    const rulesOfFolders = fc.array(fc.tuple(fc.constantFrom(...folders), fc.array(rule, { maxLength: 3 })), {
      maxLength: 3,
    });
    await fc.assert(
      fc.asyncProperty(rulesOfFolders, async (entries) => {
        const rules = Object.fromEntries(entries.map(([name, lines]) => [name, lines.join("\n")]));
        for (const each of folders) await writeFile(path.join(root, each, ".gitignore"), rules[each] ?? "");
        const { stdout } = spawnSync("git", ["check-ignore", "--stdin"], {
          ...{ cwd: root, input: paths.join("\n"), encoding: "utf8" },
        });
        assert.deepEqual(await ignoredBy(rules, ...paths), stdout.split("\n").filter(Boolean));
      }),
      { numRuns: 60 },
    );
  });
});
