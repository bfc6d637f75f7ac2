import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { SharedState } from "../../../src/router/sharedState";
import { memoryStorage, type RouterStorage } from "../../../src/router/storage";
import { logLines } from "../../support/logLines";

const numbers = (json: unknown): number[] => (Array.isArray(json) ? json.map(Number) : []);
const append = (number: number) => (list: number[]) => [...list, number];

function startState(storage: RouterStorage, log = logLines()) {
  return { log, state: new SharedState<number[]>(storage, "numbers", numbers, log) };
}

/** An asynchronous storage that runs its reads and writes one after the other, like files do. */
function slowStorage(): RouterStorage {
  const memory = memoryStorage();
  let queue: Promise<unknown> = Promise.resolve();
  const enqueue = <T>(task: () => Promise<T>): Promise<T> => {
    const result = queue.then(() => new Promise(setImmediate)).then(task);
    queue = result.catch(() => undefined);
    return result;
  };
  return {
    read: (name) => enqueue(() => memory.read(name)),
    update: (name, change) => enqueue(() => memory.update(name, change)),
  };
}

describe("a value shared between windows", () => {
  test("shows a change immediately in this window and after a sync in the other one", async () => {
    const storage = slowStorage();
    const [one, other] = [startState(storage).state, startState(storage).state];
    const changed = one.change(append(1));
    assert.deepEqual([one.value, other.value], [[1], []]);
    await changed;
    assert.deepEqual(await other.sync(), [1]);
  });

  test("keeps concurrent changes of both windows", async () => {
    const storage = slowStorage();
    const windows = [startState(storage).state, startState(storage).state] as const;
    await Promise.all(Array.from({ length: 20 }, (_, index) => windows[index % 2 === 0 ? 0 : 1].change(append(index))));
    await Promise.all(windows.map((each) => each.sync()));
    assert.deepEqual(
      [...windows[0].value].sort((a, b) => a - b),
      Array.from({ length: 20 }, (_, index) => index),
    );
    assert.deepEqual(windows[0].value, windows[1].value);
  });

  test("keeps a pending change during a sync", async () => {
    const storage = slowStorage();
    await startState(storage).state.change(append(1));
    const { state } = startState(storage);
    const synced = state.sync();
    const changed = state.change(append(2));
    await synced;
    assert.ok(state.value.includes(2), "the pending change is visible");
    await changed;
    assert.deepEqual(state.value, [1, 2]);
  });

  test("is parsed only after another window wrote", async () => {
    const storage = memoryStorage();
    let parsed = 0;
    const counted = (json: unknown): number[] => (parsed++, numbers(json));
    const state = new SharedState(storage, "numbers", counted, logLines());
    await state.change(append(1));
    parsed = 0;
    for (let time = 0; time < 3; time++) await state.sync();
    await state.change(append(2));
    assert.equal(parsed, 0, "own changes are not parsed");
    await startState(storage).state.change(append(3));
    assert.deepEqual([await state.sync(), await state.sync(), parsed], [[1, 2, 3], [1, 2, 3], 1]);
  });

  test("starts empty if the stored value is missing or invalid", async () => {
    for (const text of [undefined, "", "{", "{}", "null", "\u0000"]) {
      const storage = memoryStorage();
      if (text !== undefined) await storage.update("numbers", () => text);
      const { state } = startState(storage);
      assert.deepEqual(await state.sync(), []);
      assert.deepEqual(await state.change(append(1)), [1]);
      assert.equal(await storage.read("numbers"), "[1]");
    }
  });
});

describe("a storage that fails", () => {
  const reject = () => Promise.reject(new Error("disk full"));

  test("only prevents changes from surviving a restart", async () => {
    const { state, log } = startState({ read: reject, update: reject });
    await state.sync();
    await state.change(append(1));
    await Promise.all([state.change(append(2)), state.change(append(3))]);
    assert.deepEqual(state.value, [1, 2, 3]);
    assert.deepEqual(log.lines.slice(0, 2), [
      "warn Could not read numbers: Error: disk full",
      "warn Could not save numbers: Error: disk full",
    ]);
  });

  test("does not cause a second application of a change that was already applied", async () => {
    const { state } = startState({
      read: reject,
      update: (_, change) => (change(undefined), reject()),
    });
    assert.deepEqual(await state.change(append(1)), [1]);
  });

  test("may call the change several times, but it is applied once", async () => {
    const storage = memoryStorage();
    const { state } = startState({
      ...storage,
      update: (name, change) => (change(undefined), change("[7]"), storage.update(name, change)),
    });
    assert.deepEqual(await state.change(append(1)), [1]);
  });
});

describe("the storage in memory", () => {
  test("stores values by name", async () => {
    const storage = memoryStorage();
    assert.equal(await storage.read("a"), undefined);
    assert.equal(await storage.update("a", (text) => `${text ?? "new"}!`), "new!");
    assert.equal(await storage.update("a", (text) => `${text ?? "new"}!`), "new!!");
    assert.deepEqual([await storage.read("a"), await storage.read("b")], ["new!!", undefined]);
  });
});
