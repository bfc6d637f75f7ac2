import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ModelOffer } from "../../../src/languageModels/modelOffer";

/** A window with this stored state, and the values of the context key that it sets. */
function openWindow(state = new Map<string, unknown>()) {
  const contexts: boolean[] = [];
  const offer = new ModelOffer({
    memento: {
      get: (key) => state.get(key),
      update: (key, value) => Promise.resolve(void state.set(key, value)),
    },
    setContext: (isEnabled) => contexts.push(isEnabled),
  });
  let changes = 0;
  offer.onDidChange(() => changes++);
  return { state, offer, contexts, changes: () => changes };
}

describe("The offer of the models", () => {
  test("is off until the user turns it on", () => {
    const { offer, contexts } = openWindow();
    assert.equal(offer.isEnabled, false);
    assert.deepEqual(contexts, []);
  });

  test("is announced once", async () => {
    const { offer, contexts, changes } = openWindow();
    await offer.enable();
    await offer.enable();
    assert.equal(offer.isEnabled, true);
    assert.deepEqual(contexts, [true]);
    assert.equal(changes(), 1);
  });

  test("stays on in the next window", async () => {
    const { state, offer } = openWindow();
    await offer.enable();
    const next = openWindow(state);
    assert.equal(next.offer.isEnabled, true);
    assert.deepEqual(next.contexts, [true]);
  });
});
