import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ChargedModels } from "../../../src/router/chargedModels";
import { silentLog } from "../../../src/router/log";
import { RefusalMemory } from "../../../src/router/refusalMemory";
import { scopeOf } from "../../../src/router/scope";
import { defaultSettings } from "../../../src/router/settings";
import { memoryStorage } from "../../../src/router/storage";
import { fakeClock } from "../../support/clock";
import { model } from "./sampleModels";

const hour = 3_600_000;
const { baseUrl } = defaultSettings;
const mine = scopeOf(baseUrl, "sk-mine");
const yours = scopeOf(baseUrl, "sk-yours");
const mirror = scopeOf("https://mirror.example/v1", "sk-mine");

function startHarness({ storage = memoryStorage(), clock = fakeClock() } = {}) {
  const memory = new RefusalMemory(storage, clock.now, silentLog, new ChargedModels(storage, silentLog));
  return { storage, clock, memory, known: memory.forScope(mine) };
}

describe("the memory of refusals", () => {
  test("ends: 6 hours for models that are gone and for capabilities, a day for privacy settings, a week for reasoning", async () => {
    const { clock, memory, known } = startHarness();
    await memory.addModel(mine, "a", "gone");
    await memory.addModel(mine, "b", "data-policy");
    await memory.addModel(mine, "c", "gone", 24 * hour);
    await memory.addCapability(mine, "a", "tools");
    await memory.addMandatoryReasoning(mine, "a");
    const start = clock.now();
    const after = (hours: number) => {
      clock.set(start + hours * hour);
      const models = ["a", "b", "c"].map((id) => known.refusalOf(id));
      return [...models, known.lacks("a", "tools"), memory.isReasoningMandatory(mine, "a")];
    };
    assert.deepEqual(after(0), ["gone", "data-policy", "gone", true, true]);
    assert.deepEqual(after(6 - 1e-6), ["gone", "data-policy", "gone", true, true]);
    assert.deepEqual(after(6), [undefined, "data-policy", "gone", false, true]);
    assert.deepEqual(after(24), [undefined, undefined, undefined, false, true]);
    assert.deepEqual(after(7 * 24), [undefined, undefined, undefined, false, false]);
  });

  test("keeps capabilities, models and reasoning apart", async () => {
    const { memory, known } = startHarness();
    await memory.addCapability(mine, "a", "tools");
    assert.deepEqual(
      [known.lacks("a", "tools"), known.lacks("a", "tool_choice"), known.lacks("b", "tools"), known.refusalOf("a")],
      [true, false, false, undefined],
    );
    assert.equal(memory.isReasoningMandatory(mine, "a"), false);
  });

  test("belongs to one service, and what is about privacy to one account", async () => {
    const { memory } = startHarness();
    await memory.addModel(mine, "a", "gone");
    await memory.addModel(mine, "b", "data-policy");
    await memory.addCapability(mine, "c", "tools");
    await memory.addMandatoryReasoning(mine, "d");
    const seenBy = (scope: typeof mine) => {
      const known = memory.forScope(scope);
      const lacks = known.lacks("c", "tools");
      return [known.refusalOf("a"), known.refusalOf("b"), lacks, memory.isReasoningMandatory(scope, "d")];
    };
    assert.deepEqual(seenBy(scopeOf(`${baseUrl}/`, "sk-mine")), ["gone", "data-policy", true, true]);
    assert.deepEqual(seenBy(yours), ["gone", undefined, true, true]);
    assert.deepEqual(seenBy(mirror), [undefined, undefined, false, false]);
  });

  test("survives a restart, and contains no key", async () => {
    const first = startHarness();
    await first.memory.addModel(mine, "a", "data-policy");
    const { memory, known } = startHarness(first);
    await memory.sync();
    assert.equal(known.refusalOf("a"), "data-policy");
    assert.doesNotMatch((await first.storage.read("refusals")) ?? "", /sk-/);
  });

  test("ignores what was stored while the clock was ahead", async () => {
    const { clock, memory, known } = startHarness();
    await memory.addModel(mine, "a", "gone");
    clock.advance(-7 * 24 * hour);
    assert.equal(known.refusalOf("a"), undefined);
    await memory.addModel(mine, "a", "gone");
    assert.equal(known.refusalOf("a"), "gone");
  });

  test("can clear the refusals due to the privacy settings of an account", async () => {
    const { memory, known } = startHarness();
    await memory.addModel(mine, "a", "gone");
    await memory.addModel(mine, "b", "data-policy");
    await memory.addModel(yours, "b", "data-policy");
    assert.deepEqual([memory.clearPolicyRefusals(mine), memory.clearPolicyRefusals(mine)], [true, false]);
    assert.deepEqual([known.refusalOf("a"), known.refusalOf("b")], ["gone", undefined]);
    assert.equal(memory.forScope(yours).refusalOf("b"), "data-policy");
  });

  test("forgets that a model is gone once a newer catalogue no longer lists it", async () => {
    const { clock, memory, known } = startHarness();
    for (const id of ["listed", "unlisted"]) await memory.addModel(mine, id, "gone");
    await memory.addModel(mirror, "unlisted", "gone");
    const models = [model("listed")];
    memory.forgetUnlisted(mine, { models, fetchedAt: clock.now() - 1 });
    assert.equal(known.refusalOf("unlisted"), "gone", "the catalogue is older");
    memory.forgetUnlisted(mine, { models, fetchedAt: clock.now() + 1 });
    assert.deepEqual([known.refusalOf("listed"), known.refusalOf("unlisted")], ["gone", undefined]);
    assert.equal(memory.forScope(mirror).refusalOf("unlisted"), "gone");
  });

  for (const invalid of ["{}", "null", '[{"about":"gone"}, 5]'])
    test(`ignores an invalid stored value: ${invalid}`, async () => {
      const { storage, memory, known } = startHarness();
      await storage.update("refusals", () => invalid);
      await memory.sync();
      await memory.addModel(mine, "a", "gone");
      assert.equal(known.refusalOf("a"), "gone");
    });
});
