import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { abortSignal, DisposableStore, Emitter, lazy, MutableDisposable } from "../../src/lifecycle";

describe("What is owned", () => {
  const thing = (name: string, ended: string[]): { dispose(): void } => ({ dispose: () => void ended.push(name) });

  it("ends with its owner, the newest first, once", () => {
    const ended: string[] = [];
    const store = new DisposableStore();
    store.add(thing("first", ended));
    store.add(thing("second", ended));
    store.dispose();
    store.dispose();
    assert.deepEqual(ended, ["second", "first"]);
  });

  it("ends at once when its owner is gone already", () => {
    const ended: string[] = [];
    const store = new DisposableStore();
    store.dispose();
    store.add(thing("late", ended));
    const single = new MutableDisposable();
    single.dispose();
    single.value = thing("late too", ended);
    assert.deepEqual(ended, ["late", "late too"]);
  });

  it("is replaced by the newest of its kind", () => {
    const ended: string[] = [];
    const newest = new MutableDisposable();
    const [one, two] = [thing("one", ended), thing("two", ended)];
    newest.value = one;
    newest.value = one;
    assert.deepEqual(ended, []);
    newest.value = two;
    assert.deepEqual(ended, ["one"]);
    newest.value = undefined;
    assert.deepEqual(ended, ["one", "two"]);
  });
});

describe("What is loaded when somebody wants it", () => {
  it("is loaded once for all who ask, and again only where that failed", async () => {
    let loads = 0;
    const load = lazy(() => (++loads === 1 ? Promise.reject(new Error("no disk")) : Promise.resolve(loads)));
    assert.equal(loads, 0);
    const both = await Promise.allSettled([load(), load()]);
    assert.deepEqual([both.map(({ status }) => status), loads], [["rejected", "rejected"], 1]);
    assert.deepEqual([await load(), await load()], [2, 2]);
  });
});

describe("An emitter", () => {
  it("tells all listeners, also when one fails or leaves meanwhile", () => {
    const emitter = new Emitter<number>();
    const heard: string[] = [];
    const leaving = emitter.event((value) => {
      heard.push(`leaving ${value}`);
      leaving.dispose();
    });
    emitter.event(() => {
      throw new Error("a listener's own mistake");
    });
    emitter.event((value) => heard.push(`last ${value}`));
    assert.throws(() => emitter.fire(1), /own mistake/);
    assert.throws(() => emitter.fire(2), /own mistake/);
    assert.deepEqual(heard, ["leaving 1", "last 1", "last 2"]);
    emitter.dispose();
    emitter.fire(3);
    assert.equal(heard.length, 3);
  });

  it("tells one function as often as it listens", () => {
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

describe("A cancellation token", () => {
  it("becomes a signal, also when it was cancelled before", () => {
    const cancelled = { isCancellationRequested: true, onCancellationRequested: () => ({ dispose: () => undefined }) };
    assert.equal(abortSignal(cancelled).signal.aborted, true);

    const emitter = new Emitter<void>();
    const token = { isCancellationRequested: false, onCancellationRequested: emitter.event };
    const kept = abortSignal(token);
    const givenBack = abortSignal(token);
    givenBack.dispose();
    emitter.fire();
    assert.deepEqual([kept.signal.aborted, givenBack.signal.aborted], [true, false]);
  });
});
