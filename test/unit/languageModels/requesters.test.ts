import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Requesters, dailyLimit, readRequesters, type Permission } from "../../../src/languageModels/requesters";

const day = Date.UTC(2026, 10, 29, 12);

function create(answers: (Permission | undefined)[] = [], stored?: unknown) {
  const state = { value: stored, now: day, asked: [] as string[], warnings: [] as string[], failsToSave: false };
  const requesters = new Requesters({
    storage: {
      get: () => state.value,
      set: (value) => {
        if (state.failsToSave) return Promise.reject(new Error("disk full"));
        state.value = JSON.parse(JSON.stringify(value));
        return Promise.resolve();
      },
    },
    ask: (id) => {
      state.asked.push(id);
      return Promise.resolve(answers.shift());
    },
    now: () => state.now,
    log: { warn: (message) => void state.warnings.push(message) },
  });
  return { requesters, state };
}

describe("An extension that asks models", () => {
  test("is asked about once", async () => {
    const { requesters, state } = create(["allow"]);
    assert.deepEqual(
      await Promise.all([requesters.refusal("a.b"), requesters.refusal("a.b"), requesters.refusal("a.b")]),
      [undefined, undefined, undefined],
    );
    assert.equal(await requesters.refusal("a.b"), undefined);
    assert.deepEqual(state.asked, ["a.b"]);
  });

  test("gets nothing if the user says never, also after a restart", async () => {
    const { requesters, state } = create(["never"]);
    assert.equal(await requesters.refusal("a.b"), "never");
    assert.equal(await create([], state.value).requesters.refusal("a.b"), "never");
  });

  test("gets nothing until the window closes if the user closes the question", async () => {
    const { requesters, state } = create([undefined, "allow"]);
    assert.equal(await requesters.refusal("a.b"), "dismissed");
    assert.equal(await requesters.refusal("a.b"), "dismissed");
    assert.deepEqual(state.asked, ["a.b"]);
    assert.deepEqual(
      readRequesters(state.value, state.now).map(({ id, permission }) => [id, permission]),
      [["a.b", undefined]],
    );
    assert.equal(await create(["allow"], state.value).requesters.refusal("a.b"), undefined);
  });

  test("is asked about again if the question fails", async () => {
    const { requesters } = create();
    const failing = new Requesters({
      storage: { get: () => undefined, set: () => Promise.resolve() },
      ask: () => Promise.reject(new Error("no window")),
      now: () => day,
      log: { warn: () => undefined },
    });
    await assert.rejects(failing.refusal("a.b"), /no window/);
    await assert.rejects(failing.refusal("a.b"), /no window/);
    assert.equal(await requesters.refusal("a.b"), "dismissed");
  });

  test("can have a limit for the day, which ends at midnight UTC", async () => {
    const { requesters, state } = create(["limited"]);
    assert.equal(await requesters.refusal("a.b"), undefined);
    await requesters.count("a.b", dailyLimit - 1);
    assert.equal(await requesters.refusal("a.b"), undefined);
    await requesters.count("a.b", 1);
    assert.equal(await requesters.refusal("a.b"), "daily-limit");
    state.now += 12 * 60 * 60_000;
    assert.equal(await requesters.refusal("a.b"), undefined);
  });

  test("shows what it has spent", async () => {
    const { requesters, state } = create(["allow"]);
    await requesters.count("a.b", 3);
    await requesters.count("c.d", 5);
    state.now += 24 * 60 * 60_000;
    await requesters.count("a.b", 4);
    await requesters.setPermission("a.b", "never");
    assert.deepEqual(
      readRequesters(state.value, state.now).map(({ id, permission, requestsToday, requests }) => [
        id,
        permission,
        requestsToday,
        requests,
      ]),
      [
        ["a.b", "never", 4, 7],
        ["c.d", undefined, 0, 5],
      ],
    );
  });

  test("is allowed by a later decision, also after the question was closed", async () => {
    const { requesters } = create([undefined]);
    assert.equal(await requesters.refusal("a.b"), "dismissed");
    await requesters.setPermission("a.b", "allow");
    assert.equal(await requesters.refusal("a.b"), undefined);
  });

  test("keeps its answer if nothing can be saved, and garbage is no permission", async () => {
    const { requesters, state } = create(["allow"], [{ id: 7 }]);
    state.failsToSave = true;
    assert.equal(await requesters.refusal("a.b"), undefined);
    assert.equal(state.warnings.length, 1);
  });
});
