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
  test("has a change immediately in this window and after a sync in the other one", async () => {
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

  test("keeps a change that was saved while an older value was read", async () => {
    const memory = memoryStorage();
    await memory.update("numbers", () => "[]");
    let finishRead = (): void => undefined;
    const { state } = startState({
      ...memory,
      read: async (name) => {
        const text = await memory.read(name);
        await new Promise<void>((resolve) => (finishRead = resolve));
        return text;
      },
    });
    const synced = state.sync();
    await state.change(append(1));
    finishRead();
    assert.deepEqual(await synced, [1]);
  });

  test("keeps every change in memory while several are saved", async () => {
    const { state } = startState(slowStorage());
    const changes = [1, 2, 3].map((number) => state.change(append(number)));
    const seen = await Promise.all(changes.map((change) => change.then(() => state.value.length)));
    assert.deepEqual(seen, [3, 3, 3]);
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

  test("after applying a change does not lead to a second application", async () => {
    const { state } = startState({
      read: reject,
      update: (_, change) => (change(undefined), reject()),
    });
    assert.deepEqual(await state.change(append(1)), [1]);
  });

  describe("for a while", () => {
    function startHarness(initial: string) {
      const memory = memoryStorage();
      const control = { isBroken: false };
      const storage: RouterStorage = {
        ...memory,
        update: (name, change) => (control.isBroken ? reject() : memory.update(name, change)),
      };
      return {
        control,
        memory,
        storage,
        start: () => startState(storage).state,
        ready: memory.update("numbers", () => initial),
      };
    }

    test("does not bring back an older stored value", async () => {
      const { control, start, ready } = startHarness("[7]");
      await ready;
      const state = start();
      await state.sync();
      control.isBroken = true;
      await state.change(append(1));
      assert.deepEqual(await state.sync(), [7, 1]);
    });

    test("saves the changes with the next one, after those of other windows", async () => {
      const { control, memory, start, ready } = startHarness("[7]");
      await ready;
      const state = start();
      control.isBroken = true;
      await Promise.all([state.change(append(1)), state.change(append(2))]);
      await startState(memory).state.change(append(8));
      assert.deepEqual(await state.sync(), [7, 8, 1, 2]);
      control.isBroken = false;
      await Promise.all([state.change(append(3)), state.change(append(4))]);
      assert.deepEqual(state.value, [7, 8, 1, 2, 3, 4]);
      assert.equal(await memory.read("numbers"), "[7,8,1,2,3,4]");
    });

    test("keeps every change in memory, and saves the newest ones", async () => {
      const { control, memory, start, ready } = startHarness("[]");
      await ready;
      const state = start();
      control.isBroken = true;
      for (let number = 0; number < 300; number++) await state.change(append(number));
      assert.equal(state.value.length, 300);
      control.isBroken = false;
      await state.change(append(300));
      assert.equal(numbers(JSON.parse((await memory.read("numbers")) ?? "")).at(-201), 100);
    });
  });

  test("while another change is saved loses neither", async () => {
    const memory = memoryStorage();
    const results = [reject, () => Promise.resolve()];
    const { state } = startState({
      ...memory,
      update: async (name, change) => {
        await new Promise(setImmediate);
        await (results.shift() ?? (() => Promise.resolve()))();
        return memory.update(name, change);
      },
    });
    await Promise.all([state.change(append(1)), state.change(append(2))]);
    assert.deepEqual([...state.value].sort(), [1, 2]);
    await state.change(append(3));
    assert.equal(await memory.read("numbers"), "[2,1,3]");
  });

  test("may call the change several times, but it counts once", async () => {
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
