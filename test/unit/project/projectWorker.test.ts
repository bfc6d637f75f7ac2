import assert from "node:assert/strict";
import path from "node:path";
import { describe, test } from "node:test";
import { ProjectWorker } from "../../../src/project/projectWorker";

const file = path.join(import.meta.dirname, "..", "..", "support", "projectWorker.js");
const query = { recent: [], places: [], budget: 8_000 };

describe("The thread that searches a project", () => {
  test("finds what was added, and not what was removed", async () => {
    const worker = new ProjectWorker(file);
    try {
      const added = worker.add([
        { path: "a.ts", text: "export const wolf = 1;" },
        { path: "b.ts", text: "export const fox = 2;" },
      ]);
      await Promise.all([added, worker.add([{ path: "c.ts", text: "export const wolfhound = 3;" }])]);
      const paths = async (question: string): Promise<string[]> =>
        (await worker.search({ ...query, question })).map((found) => found.path);
      assert.deepEqual(await Promise.all([paths("wolf"), paths("fox"), paths("wolfhound")]), [
        ["a.ts"],
        ["b.ts"],
        ["c.ts"],
      ]);
      worker.remove(["a.ts"]);
      assert.deepEqual(await paths("wolf"), []);
    } finally {
      worker.dispose();
    }
  });

  test("rejects what it cannot answer any more", async () => {
    const worker = new ProjectWorker(file);
    const searching = worker.search({ ...query, question: "wolf" });
    worker.dispose();
    await assert.rejects(searching, /closed/);
    await assert.rejects(worker.search({ ...query, question: "wolf" }), /closed/);
    assert.equal(worker.hasEnded, true);
  });

  test("tells when it could not start", async () => {
    const worker = new ProjectWorker(path.join(import.meta.dirname, "missing.js"));
    await assert.rejects(worker.search({ ...query, question: "wolf" }));
    assert.equal(worker.hasEnded, true);
  });
});
