import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import * as z from "zod/mini";
import { locksFolder } from "../../support/npm";
import { projectRoot } from "../../support/projectRoot";
import { vscodeReleases } from "../../support/vscodeReleases";
import { codeServerLock } from "../../support/vscodeServerInstall";

const versions = z.record(z.string(), z.string());
const requirements = z.object({ dependencies: z.optional(versions), optionalDependencies: z.optional(versions) });
const lock = z.object({
  packages: z.record(z.string(), z.object({ version: z.optional(z.string()), integrity: z.optional(z.string()) })),
});

const folders = [
  path.join(projectRoot, ".github", "publish"),
  ...readdirSync(locksFolder).map((name) => path.join(locksFolder, name)),
];

describe("a lock file of tools that are no dependencies of the project", () => {
  for (const folder of folders)
    describe(path.relative(projectRoot, folder), () => {
      const read = (name: string): unknown => JSON.parse(readFileSync(path.join(folder, name), "utf8"));
      const { packages } = lock.parse(read("package-lock.json"));

      test("has exactly the versions of its package.json", () => {
        const { dependencies, optionalDependencies } = requirements.parse(read("package.json"));
        const required = Object.entries({ ...dependencies, ...optionalDependencies });
        assert.ok(required.length > 0);
        for (const [name, version] of required) assert.equal(packages[`node_modules/${name}`]?.version, version, name);
      });

      test("has the checksum of every package", () => {
        for (const [name, { integrity }] of Object.entries(packages))
          assert.ok(name === "" || integrity?.startsWith("sha512-"), name);
      });
    });

  test("exists for each VS Code server and its Node", () => {
    const names = readdirSync(locksFolder);
    for (const release of vscodeReleases)
      for (const name of [codeServerLock(release), `node-${release.node}`]) assert.ok(names.includes(name), name);
  });
});
