import assert from "node:assert/strict";
import { mkdir, readFile, rm } from "node:fs/promises";
import path from "node:path";
import { after, describe, test } from "node:test";
import { runOwned } from "../../support/ownedProcess";
import { cacheFolder, projectRoot } from "../../support/projectRoot";
import { temporaryFolder } from "../../support/temporaryFolder";

const name = `test-${process.pid}`;

describe("a cached folder", () => {
  after(() => rm(path.join(cacheFolder, name), { recursive: true, force: true }));

  test("is filled by one of the processes that need it at the same time, for all of them", async () => {
    await using folder = await temporaryFolder();
    const log = path.join(folder.path, "log");
    // A process that no longer runs has left it unfinished.
    await mkdir(path.join(cacheFolder, `${name}.unfinished-${2 ** 30}`), { recursive: true });
    const script = `
      const { cachedFolder } = require(${JSON.stringify(path.join(projectRoot, "dist/test/support/cachedFolder.js"))});
      const { appendFile } = require("node:fs/promises");
      cachedFolder(${JSON.stringify(name)}, async (unfinished) => {
        await appendFile(${JSON.stringify(log)}, "filled ");
        await new Promise((resolve) => setTimeout(resolve, 300));
        await appendFile(unfinished + "/content", "complete");
      }).then((final) => console.log(final));`;
    const results = await Promise.all([1, 2, 3].map(() => runOwned(process.execPath, ["-e", script])));
    assert.deepEqual(new Set(results), new Set([`${path.join(cacheFolder, name)}\n`]));
    assert.equal(await readFile(log, "utf8"), "filled ");
    assert.equal(await readFile(path.join(cacheFolder, name, "content"), "utf8"), "complete");
  });
});
