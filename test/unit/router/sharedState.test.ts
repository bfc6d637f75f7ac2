import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { SharedState } from "../../../src/router/sharedState";
import { memoryStorage, type RouterStorage } from "../../../src/router/storage";
import { logLines } from "../../support/logLines";

const numbers = (json: unknown): number[] => (Array.isArray(json) ? json.map(Number) : []);
const plus = (number: number) => (list: number[]) => [...list, number];

function startState(storage: RouterStorage, log = logLines()) {
  return { log, state: new SharedState<number[]>(storage, "numbers", numbers, log) };
}

/** A storage whose reads and writes take their time, as files do, yet happen one after the other. */
function slowStorage(): RouterStorage {
  const memory = memoryStorage();
  let queue: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(task: () => Promise<T>): Promise<T> => {
    const turn = queue.then(() => new Promise(setImmediate)).then(task);
    queue = turn.catch(() => undefined);
    return turn;
  };
  return {
    read: (name) => inTurn(() => memory.read(name)),
    update: (name, change) => inTurn(() => memory.update(name, change)),
  };
}

describe("a value that windows share", () => {
  test("shows a change here at once, and in the other window after a look", async () => {
    const storage = slowStorage();
    const [one, other] = [startState(storage).state, startState(storage).state];
    const changed = one.change(plus(1));
    assert.deepEqual([one.value, other.value], [[1], []]);
    await changed;
    assert.deepEqual(await other.sync(), [1]);
  });

  test("keeps what both have changed at once", async () => {
    const storage = slowStorage();
    const windows = [startState(storage).state, startState(storage).state] as const;
    await Promise.all(Array.from({ length: 20 }, (_, index) => windows[index % 2 === 0 ? 0 : 1].change(plus(index))));
    await Promise.all(windows.map((each) => each.sync()));
    assert.deepEqual(
      [...windows[0].value].sort((a, b) => a - b),
      Array.from({ length: 20 }, (_, index) => index),
    );
    assert.deepEqual(windows[0].value, windows[1].value);
  });

  test("does not forget a change while it is on its way and others are looked for", async () => {
    const storage = slowStorage();
    await startState(storage).state.change(plus(1));
    const { state } = startState(storage);
    const looked = state.sync();
    const changed = state.change(plus(2));
    await looked;
    assert.ok(state.value.includes(2), "what was just changed");
    await changed;
    assert.deepEqual(state.value, [1, 2]);
  });

  test("is parsed only where another window wrote", async () => {
    const storage = memoryStorage();
    let parsed = 0;
    const counted = (json: unknown): number[] => (parsed++, numbers(json));
    const state = new SharedState(storage, "numbers", counted, logLines());
    await state.change(plus(1));
    parsed = 0;
    for (let time = 0; time < 3; time++) await state.sync();
    await state.change(plus(2));
    assert.equal(parsed, 0, "what it wrote itself");
    await startState(storage).state.change(plus(3));
    assert.deepEqual([await state.sync(), await state.sync(), parsed], [[1, 2, 3], [1, 2, 3], 1]);
  });

  test("begins with nothing where nothing, or nonsense, is stored", async () => {
    for (const text of [undefined, "", "{", "{}", "null", "\u0000"]) {
      const storage = memoryStorage();
      if (text !== undefined) await storage.update("numbers", () => text);
      const { state } = startState(storage);
      assert.deepEqual(await state.sync(), []);
      assert.deepEqual(await state.change(plus(1)), [1]);
      assert.equal(await storage.read("numbers"), "[1]");
    }
  });
});

describe("a storage that fails", () => {
  const refuse = () => Promise.reject(new Error("disk full"));

  test("costs only what a restart would have kept", async () => {
    const { state, log } = startState({ read: refuse, update: refuse });
    await state.sync();
    await state.change(plus(1));
    await Promise.all([state.change(plus(2)), state.change(plus(3))]);
    assert.deepEqual(state.value, [1, 2, 3]);
    assert.deepEqual(log.lines.slice(0, 2), [
      "warn numbers not read: Error: disk full",
      "warn numbers not stored: Error: disk full",
    ]);
  });

  test("after the change was made, does not make it twice", async () => {
    const { state } = startState({
      read: refuse,
      update: (_, change) => (change(undefined), refuse()),
    });
    assert.deepEqual(await state.change(plus(1)), [1]);
  });

  test("and tries the change more than once, makes it once", async () => {
    const storage = memoryStorage();
    const { state } = startState({
      ...storage,
      update: (name, change) => (change(undefined), change("[7]"), storage.update(name, change)),
    });
    assert.deepEqual(await state.change(plus(1)), [1]);
  });
});

describe("the storage in memory", () => {
  test("keeps each name for itself", async () => {
    const storage = memoryStorage();
    assert.equal(await storage.read("a"), undefined);
    assert.equal(await storage.update("a", (text) => `${text ?? "new"}!`), "new!");
    assert.equal(await storage.update("a", (text) => `${text ?? "new"}!`), "new!!");
    assert.deepEqual([await storage.read("a"), await storage.read("b")], ["new!!", undefined]);
  });
});
