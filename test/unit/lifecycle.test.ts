import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { abortSignal, DisposableStore, Emitter, lazy, MutableDisposable } from "../../src/lifecycle";

describe("DisposableStore and MutableDisposable", () => {
  const item = (name: string, disposed: string[]): { dispose(): void } => ({ dispose: () => void disposed.push(name) });

  test("disposes its items once, newest first", () => {
    const disposed: string[] = [];
    const store = new DisposableStore();
    store.add(item("first", disposed));
    store.add(item("second", disposed));
    store.dispose();
    store.dispose();
    assert.deepEqual(disposed, ["second", "first"]);
  });

  test("disposes an item immediately if the owner is already disposed", () => {
    const disposed: string[] = [];
    const store = new DisposableStore();
    store.dispose();
    store.add(item("late", disposed));
    const single = new MutableDisposable();
    single.dispose();
    single.value = item("late too", disposed);
    assert.deepEqual(disposed, ["late", "late too"]);
  });

  test("disposes the previous item when a new one is assigned", () => {
    const disposed: string[] = [];
    const newest = new MutableDisposable();
    const [one, two] = [item("one", disposed), item("two", disposed)];
    newest.value = one;
    newest.value = one;
    assert.deepEqual(disposed, []);
    newest.value = two;
    assert.deepEqual(disposed, ["one"]);
    newest.value = undefined;
    assert.deepEqual(disposed, ["one", "two"]);
  });
});

describe("lazy", () => {
  test("loads once for all callers, and again only after a failure", async () => {
    let loads = 0;
    const load = lazy(() => (++loads === 1 ? Promise.reject(new Error("no disk")) : Promise.resolve(loads)));
    assert.equal(loads, 0);
    const both = await Promise.allSettled([load(), load()]);
    assert.deepEqual([both.map(({ status }) => status), loads], [["rejected", "rejected"], 1]);
    assert.deepEqual([await load(), await load()], [2, 2]);
  });
});

describe("Emitter", () => {
  test("calls all listeners even if one throws or unsubscribes", () => {
    const emitter = new Emitter<number>();
    const received: string[] = [];
    const leaving = emitter.event((value) => {
      received.push(`leaving ${value}`);
      leaving.dispose();
    });
    emitter.event(() => {
      throw new Error("listener failed");
    });
    emitter.event((value) => received.push(`last ${value}`));
    assert.throws(() => emitter.fire(1), /listener failed/);
    assert.throws(() => emitter.fire(2), /listener failed/);
    assert.deepEqual(received, ["leaving 1", "last 1", "last 2"]);
    emitter.dispose();
    emitter.fire(3);
    assert.equal(received.length, 3);
  });

  test("calls a function once per subscription", () => {
    const emitter = new Emitter<void>();
    let calls = 0;
    const listener = (): number => ++calls;
    const first = emitter.event(listener);
    emitter.event(listener);
    emitter.fire();
    first.dispose();
    emitter.fire();
    assert.equal(calls, 3);
  });
});

describe("abortSignal", () => {
  test("follows a cancellation token until it is disposed", () => {
    const cancelled = { isCancellationRequested: true, onCancellationRequested: () => ({ dispose: () => undefined }) };
    assert.equal(abortSignal(cancelled).signal.aborted, true);

    const emitter = new Emitter<void>();
    const token = { isCancellationRequested: false, onCancellationRequested: emitter.event };
    const active = abortSignal(token);
    const disposed = abortSignal(token);
    disposed.dispose();
    emitter.fire();
    assert.deepEqual([active.signal.aborted, disposed.signal.aborted], [true, false]);
  });
});
