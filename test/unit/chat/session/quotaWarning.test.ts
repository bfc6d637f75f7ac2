import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { quotaWarning } from "../../../../src/chat/session/quotaWarning";
import { formatTimeAhead } from "../../../../src/timeFormat";
import { model } from "../../router/sampleModels";
import { ollama, openRouter } from "./sampleServices";

const remote = model("m/one:free");
const local = model("ollama::qwen3:8b");

describe("quotaWarning", () => {
  for (const [left, most, text] of [
    [undefined, 1, undefined],
    [31, 1, undefined],
    [4, 4, undefined],
    [3, 1, "You have 3 free requests left today."],
    [1, 1, "This is your last free request today."],
    [4, 5, "You have 4 free requests left today. This question can take up to 5."],
    [1, 4, "This is your last free request today. This question can take up to 4."],
  ] as const)
    test(`with ${left ?? "an unknown number"} left, for a question of at most ${most}: ${text ?? "none"}`, () => {
      const warning = quotaWarning({ services: [openRouter(left)], pool: [remote], most });
      assert.deepEqual(warning, text === undefined ? undefined : { text });
    });

  test("says when the limit resets if none is left, until then", () => {
    const resetsAt = Date.now() + 5 * 3_600_000;
    assert.deepEqual(quotaWarning({ services: [openRouter(0, resetsAt)], pool: [remote], most: 1 }), {
      text: `Today's free requests are used up. The limit resets at ${formatTimeAhead(resetsAt)}.`,
      until: resetsAt,
    });
  });

  test("counts only services that can answer the question", () => {
    const groq = { ...openRouter(1_000), id: "groq" };
    const services = [openRouter(1), groq];
    assert.ok(quotaWarning({ services, pool: [remote], most: 1 }));
    assert.equal(quotaWarning({ services, pool: [remote, model("groq::m/two")], most: 1 }), undefined);
  });

  test("does not take the figures of one model for those of its service", () => {
    const { quota, ...groq } = openRouter(1);
    const services = [{ ...groq, quota: { ...quota!, model: "m/one:free" } }];
    assert.equal(quotaWarning({ services, pool: [remote, model("m/two:free")], most: 1 }), undefined);
    const usedUp = [{ ...groq, quota: { ...quota!, model: "m/one:free", remaining: 0, exhausted: true } }];
    assert.match(quotaWarning({ services: usedUp, pool: [remote], most: 1 })?.text ?? "", /used up/);
  });

  test("is none if a local model can answer", () => {
    assert.equal(quotaWarning({ services: [openRouter(1), ollama], pool: [remote, local], most: 1 }), undefined);
    assert.ok(quotaWarning({ services: [openRouter(1), ollama], pool: [remote], most: 1 }));
  });
});
