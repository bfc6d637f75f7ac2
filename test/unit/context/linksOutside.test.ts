import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, it } from "node:test";
import { linksOutside } from "../../../src/context/linksOutside";

describe("A file that is a link", () => {
  let folder: string;
  const at = (...parts: string[]): string => path.join(folder, ...parts);

  before(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "leads-away-"));
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

  it("stays in its folder, also where that is a link itself", async () => {
    for (const file of [at("project", "docs", "agents.md"), at("project", "plain.md"), at("opened", "plain.md")])
      assert.equal(await linksOutside(file), false, file);
  });

  it("leads out of it, or nowhere", async () => {
    for (const name of ["away.md", "beside.md", "gone.md"]) {
      assert.equal(await linksOutside(at("project", name)), true, name);
      assert.equal(await linksOutside(at("opened", name)), true, name);
    }
  });
});
