import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import { parse } from "yaml";
import * as z from "zod/mini";
import { projectRoot } from "../../support/projectRoot";

const strings = z.optional(z.record(z.string(), z.unknown()));
const step = z.object({
  name: z.optional(z.string()),
  uses: z.optional(z.string()),
  run: z.optional(z.string()),
  with: strings,
  env: strings,
});
const job = z.object({
  permissions: z.optional(z.record(z.string(), z.string())),
  env: strings,
  needs: z.optional(z.union([z.string(), z.array(z.string())])),
  steps: z.array(step),
});
const workflow = z.object({
  permissions: z.record(z.string(), z.string()),
  env: strings,
  jobs: z.record(z.string(), job),
});

type Job = z.infer<typeof job>;

const files = globSync("*.yml", { cwd: path.join(projectRoot, ".github", "workflows") });
const read = (file: string): string => readFileSync(path.join(projectRoot, ".github", "workflows", file), "utf8");

/** The names of the tokens that the job's steps and environment use. */
const tokensOf = (each: Job): string[] => {
  const names = [...JSON.stringify(each).matchAll(/\b(?:secrets\.\w+|github\.token)/g)].map(([name]) => name);
  return [...new Set(names)];
};
const runs = ({ steps }: Job): string[] => steps.flatMap(({ run }) => run ?? []);

for (const file of files)
  describe(`the workflow ${file}`, () => {
    const { permissions, env, jobs } = workflow.parse(parse(read(file)));

    test("uses actions at a commit, and names the version", () => {
      const uses = read(file).match(/uses: .*/g) ?? [];
      assert.ok(uses.length > 0);
      for (const each of uses) assert.match(each, /^uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    });

    test("grants nothing by default, and each job what it needs", () => {
      assert.deepEqual(permissions, {});
      assert.equal(env, undefined);
      for (const [name, each] of Object.entries(jobs)) {
        const creates = runs(each).some((run) => run.includes("gh release create"));
        assert.deepEqual(each.permissions, { contents: creates ? "write" : "read" }, name);
      }
    });

    test("leaves no token behind in a checkout", () => {
      for (const { steps } of Object.values(jobs))
        for (const { uses, with: inputs } of steps)
          if (uses?.startsWith("actions/checkout@")) assert.equal(inputs?.["persist-credentials"], false);
    });

    test("installs only what a lock file pins", () => {
      for (const run of Object.values(jobs).flatMap(runs)) {
        assert.doesNotMatch(run, /npm (install|i|exec)\b|npx (?!--no-install )/, run);
        // A lock file does not protect from what install scripts do.
        if (run.includes(".github/publish") && run.includes("npm ci")) assert.match(run, /--ignore-scripts/);
      }
    });
  });

describe("the release", () => {
  const { jobs } = workflow.parse(parse(read("release.yml")));

  test("shows each token to one job and one step, which runs neither the project's code nor its packages", () => {
    const tokens = Object.entries(jobs).map(([name, each]) => [name, tokensOf(each)]);
    assert.deepEqual(Object.fromEntries(tokens), {
      test: [],
      package: [],
      marketplace: ["secrets.VSCE_PAT"],
      "open-vsx": ["secrets.OVSX_PAT"],
      github: ["github.token"],
    });
    for (const name of ["marketplace", "open-vsx", "github"]) {
      const { env, steps } = jobs[name]!;
      assert.equal(env, undefined);
      assert.equal(steps.filter((each) => each.env).length, 1);
      for (const run of runs(jobs[name]!))
        assert.match(run, /^(npm ci .*--prefix )?\.github\/publish|^gh release create /);
    }
  });

  test("publishes the package that was tested, with its SBOM", () => {
    assert.equal(jobs["package"]?.needs, "test");
    for (const name of ["marketplace", "open-vsx"]) assert.equal(jobs[name]?.needs, "package");
    assert.deepEqual(runs(jobs["package"]).slice(0, 3), ["npm ci --ignore-scripts", "npm run sbom", "npm run audit"]);
    const upload = jobs["package"].steps.at(-1)?.with;
    assert.deepEqual(String(upload?.["path"]).trim().split("\n"), ["dist/extension.vsix", "dist/sbom.cdx.json"]);
    assert.ok(runs(jobs["github"]!).some((run) => run.includes("extension.vsix sbom.cdx.json")));
  });
});
