import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { defaultSettings, type ServiceState } from "../../../src/router/index";
import { ServiceWatch } from "../../../src/status/serviceWatch";

const state: ServiceState = {
  ...{ id: "openrouter", kind: "openrouter", name: "OpenRouter", place: "remote", baseUrl: defaultSettings.baseUrl },
  modelCount: 2,
};

describe("ServiceWatch", () => {
  test("keeps the answer to the last of several reads", async () => {
    const reads: PromiseWithResolvers<ServiceState[]>[] = [];
    const watch = new ServiceWatch(() => {
      const read = Promise.withResolvers<ServiceState[]>();
      reads.push(read);
      return read.promise;
    });
    const done = [watch.read(), watch.read()];
    reads[1]?.resolve([state]);
    reads[0]?.resolve([]);
    await Promise.all(done);
    assert.deepEqual(watch.states, [state]);
  });

  test("keeps what is known if a read fails, and forgets it when OpenRouter is the only service again", async () => {
    const replies = [Promise.resolve([state]), Promise.reject(new Error("no settings")), undefined];
    let changes = 0;
    const watch = new ServiceWatch(() => replies.shift());
    watch.onDidChange(() => changes++);
    await watch.read();
    await watch.read();
    assert.deepEqual(watch.states, [state]);
    await watch.read();
    assert.equal(watch.states, undefined);
    assert.equal(changes, 3);
  });
});
