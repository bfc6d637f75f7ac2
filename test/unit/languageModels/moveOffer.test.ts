import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { MoveOffer } from "../../../src/languageModels/moveOffer";

/** A start of the extension with this stored state. */
function start(state: Map<string, unknown>): MoveOffer {
  return new MoveOffer({
    keys: () => [...state.keys()],
    get: (key) => state.get(key),
    update: (key, value) => Promise.resolve(void state.set(key, value)),
  });
}

describe("The offer to move the view beside VS Code's chat", () => {
  test("is made once after the installation, also if the view is opened later", () => {
    const state = new Map<string, unknown>();
    assert.equal(start(state).isDue, true);
    const next = start(state);
    assert.equal(next.isDue, true);
    next.end();
    assert.equal(next.isDue, false);
    assert.equal(start(state).isDue, false);
  });

  test("is not made after an update", () => {
    assert.equal(start(new Map([["privacyRead", true]])).isDue, false);
  });
});
