import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import * as z from "zod/mini";
import { readManifest } from "../../support/manifest";
import { projectRoot } from "../../support/projectRoot";
import { vscodeRelease, vscodeReleases } from "../../support/vscodeReleases";

const [newest, oldest] = vscodeReleases;

describe("the VS Code release for tests", () => {
  test("is the newest one unless VSCODE_VERSION selects another", () => {
    for (const requested of ["", "stable", newest.version]) assert.equal(vscodeRelease(requested), newest, requested);
    assert.equal(vscodeRelease(oldest.version), oldest);
  });

  test("must be one of the available releases, which the error lists", () => {
    assert.throws(
      () => vscodeRelease("1.109.0"),
      /No VS Code server 1\.109\.0 is available\. VSCODE_VERSION can be 1\.139\.1, 1\.110\.0 or stable\./,
    );
  });

  test("includes the oldest supported version, which matches package.json, the API types and the CI workflow", () => {
    const { engines, devDependencies } = z
      .object({ engines: z.object({ vscode: z.string() }), devDependencies: z.record(z.string(), z.string()) })
      .parse(readManifest());
    assert.equal(engines.vscode, `^${oldest.version}`);
    assert.equal(devDependencies["@types/vscode"], oldest.version);
    const workflow = readFileSync(path.join(projectRoot, ".github", "workflows", "ci.yml"), "utf8");
    assert.ok(workflow.includes(`vscode: [${oldest.version}, stable]`));
  });
});
