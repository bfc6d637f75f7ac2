import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { isBehindLink, isInside, linksOutside } from "../../../src/context/symlinks";

describe("linksOutside", () => {
  let folder: string;
  const at = (...parts: string[]): string => path.join(folder, ...parts);

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "links-outside-"));
    await mkdir(at("project", "docs"), { recursive: true });
    await writeFile(at("private"), "password");
    await writeFile(at("project-private"), "password");
    await writeFile(at("project", "docs", "agents.md"), "Prices are net.");
    await symlink(at("project"), at("opened"));
    for (const [name, target] of [
      ["plain.md", "docs/agents.md"],
      ["away.md", "../private"],
      ["beside.md", "../project-private"],
      ["gone.md", "../nothing"],
    ] as const)
      await symlink(target, at("project", name));
  });
  after(() => rm(folder, { recursive: true }));

  test("is false for links within their folder, even if the folder is a link itself", async () => {
    for (const file of [at("project", "docs", "agents.md"), at("project", "plain.md"), at("opened", "plain.md")])
      assert.equal(await linksOutside(file), false, file);
  });

  test("is true for links out of their folder and for broken links", async () => {
    for (const name of ["away.md", "beside.md", "gone.md"]) {
      assert.equal(await linksOutside(at("project", name)), true, name);
      assert.equal(await linksOutside(at("opened", name)), true, name);
    }
  });
});

describe("isBehindLink", () => {
  let folder: string;
  const at = (...parts: string[]): string => path.join(folder, ...parts);

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "behind-link-"));
    await mkdir(at("project", "docs"), { recursive: true });
    await mkdir(at("private"));
    await writeFile(at("private", "notes.md"), "password");
    await writeFile(at("project", "docs", "agents.md"), "Prices are net.");
    await symlink(at("project"), at("opened"));
    await symlink(at("private"), at("project", "away"));
    await symlink("docs", at("project", "inside"));
    await symlink("docs/agents.md", at("project", "plain.md"));
    await symlink("nothing", at("project", "gone.md"));
  });
  after(() => rm(folder, { recursive: true }));

  test("is true for links and what is behind them, and for what is missing", async () => {
    for (const name of ["plain.md", "inside/agents.md", "away/notes.md", "away", "gone.md", "missing.md"])
      for (const root of ["project", "opened"]) assert.equal(await isBehindLink(at(root, name), at(root)), true, name);
  });

  test("is false for all others, even if the folder is a link itself", async () => {
    for (const root of ["project", "opened"])
      for (const name of ["docs", "docs/agents.md"])
        assert.equal(await isBehindLink(at(root, name), at(root)), false, name);
  });
});

describe("isInside", () => {
  const windows: [file: string, folder: string, inside: boolean][] = [
    ["C:\\ws\\a.md", "C:\\ws", true],
    ["c:\\WS\\docs\\a.md", "C:\\ws", true],
    ["C:\\ws-private\\a.md", "C:\\ws", false],
    ["C:\\ws", "C:\\ws", false],
    ["C:\\a.md", "C:\\", true],
    ["D:\\ws\\a.md", "C:\\ws", false],
    ["C:\\ws\\..\\a.md", "C:\\ws", false],
    ["C:\\ws\\..hidden\\a.md", "C:\\ws", true],
    ["\\\\server\\share\\ws\\a.md", "\\\\SERVER\\share\\ws", true],
    ["\\\\server\\share2\\a.md", "\\\\server\\share", false],
    ["\\\\server\\share\\a.md", "C:\\ws", false],
  ];
  for (const [file, folder, inside] of windows)
    test(`on Windows, ${file} is ${inside ? "" : "not "}in ${folder}`, () =>
      assert.equal(isInside(file, folder, path.win32), inside));

  const posix: [file: string, folder: string, inside: boolean][] = [
    ["/ws/a.md", "/ws", true],
    ["/WS/a.md", "/ws", false],
    ["/ws-private/a.md", "/ws", false],
    ["/ws/..hidden/a.md", "/ws", true],
    ["/a.md", "/", true],
  ];
  for (const [file, folder, inside] of posix)
    test(`on Linux, ${file} is ${inside ? "" : "not "}in ${folder}`, () =>
      assert.equal(isInside(file, folder, path.posix), inside));
});
