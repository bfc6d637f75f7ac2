import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, it } from "node:test";
import * as z from "zod/mini";
import { readManifest } from "../../support/manifest";
import { projectRoot } from "../../support/projectRoot";
import { vscodeRelease, vscodeReleases } from "../../support/vscodeReleases";

const [newest, oldest] = vscodeReleases;

describe("The VS Code that tests run in", () => {
  it("is the newest, unless VSCODE_VERSION asks for another", () => {
    for (const asked of ["", "stable", newest.version]) assert.equal(vscodeRelease(asked), newest, asked);
    assert.equal(vscodeRelease(oldest.version), oldest);
  });

  it("is none but these: one that is not to be had is told with those that are", () => {
    assert.throws(
      () => vscodeRelease("1.109.0"),
      /no VS Code server 1\.109\.0: VSCODE_VERSION may be 1\.139\.1, 1\.110\.0 or stable/,
    );
  });

  it("may be the oldest that package.json promises, against whose API the code is typed, and CI tries it", () => {
    const { engines, devDependencies } = z
      .object({ engines: z.object({ vscode: z.string() }), devDependencies: z.record(z.string(), z.string()) })
      .parse(readManifest());
    assert.equal(engines.vscode, `^${oldest.version}`);
    assert.equal(devDependencies["@types/vscode"], oldest.version);
    const workflow = readFileSync(path.join(projectRoot, ".github", "workflows", "ci.yml"), "utf8");
    assert.ok(workflow.includes(`vscode: [${oldest.version}, stable]`));
  });
});
