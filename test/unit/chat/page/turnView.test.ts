import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Answer } from "../../../../src/chat/conversation/conversation";
import { answerHeader } from "../../../../src/chat/page/turnView";
import type { FailureReason } from "../../../../src/router/index";

/** The header of an answer whose only attempt failed for this reason, which also ended it. */
function headerAfter(reason: FailureReason, answer: Partial<Answer> = {}) {
  const failures = [{ attempt: 1, model: "m/a:free", reason, message: "" }];
  const failed: Answer = {
    ...{ id: "a1", status: "failed", text: "", reasoning: "", startedAt: 0, pid: 1, model: "m/a:free", notices: [] },
    ...{ failures, error: { reason }, ...answer },
  };
  return answerHeader(failed, { modelName: (id) => id, imageUrl: () => "" });
}

describe("answerHeader", () => {
  test("does not blame a model for what the account or the network did", () => {
    for (const reason of ["rate-limit-day", "rate-limit-minute", "offline", "unauthorized", "web-page"] as const) {
      const { model, failures } = headerAfter(reason);
      assert.deepEqual([model, failures], [undefined, []], reason);
    }
  });

  test("names the model that failed, and the one whose text broke off", () => {
    const { model, failures } = headerAfter("silent");
    assert.deepEqual([model?.id, failures], ["m/a:free", ["1 timed out"]]);
    assert.equal(headerAfter("offline", { text: "Half an" }).model?.id, "m/a:free");
  });

  test("does not call it a connection problem if the model broke off while it reasoned", () => {
    assert.equal(headerAfter("interrupted", { reasoning: "Hm." }).error?.action.do, "another-model");
    assert.equal(headerAfter("interrupted").error?.action.do, "test-connection");
  });
});
