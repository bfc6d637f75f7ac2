import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Answer } from "../../../../src/chat/conversation/conversation";
import { answerHeader } from "../../../../src/chat/page/turnView";
import type { FailureReason } from "../../../../src/router/index";

/** The header of an answer whose only attempt failed for this reason, which also ended it. */
function headerAfter(reason: FailureReason, answer: Partial<Answer> = {}) {
  return headerWithoutError(reason, { status: "failed", error: { reason }, ...answer });
}

/** The header of a stopped answer, one attempt of which failed for this reason. */
function headerWithoutError(reason: FailureReason, changes: Partial<Answer> = {}) {
  const failures = [{ attempt: 1, model: "m/a:free", reason, message: "" }];
  const answer: Answer = {
    ...{ id: "a1", status: "stopped", text: "", reasoning: "", startedAt: 0, pid: 1, model: "m/a:free", notices: [] },
    ...{ failures, ...changes },
  };
  return answerHeader(answer, { modelName: (id) => id, imageUrl: () => "" });
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

  test("counts the same attempts in the footer and in the failure, and names none of several models", () => {
    // The first two are of an earlier try: the answer has waited and asked again.
    const failures = (["rate-limit-model", "offline", "rate-limit-model", "empty"] as const).map((reason, index) => ({
      ...{ attempt: index + 1, model: `m/${index}:free`, reason, message: "" },
    }));
    const error = { reason: "empty", tried: ["rate-limit-model", "empty"] } as const;
    const header = headerAfter("empty", { failures, error });
    assert.deepEqual(header.failures, ["2 busy", "1 empty"]);
    assert.equal(header.error?.sentence, "Tried 3 times, but no free model could answer: 2 busy, 1 empty.");
    assert.equal(header.model, undefined);
    assert.ok(headerAfter("interrupted", { failures, error, text: "Half an" }).model);
  });

  test("names no model that wrote nothing after others failed, also if it was stopped", () => {
    assert.equal(headerWithoutError("rate-limit-model").model, undefined);
    for (const changes of [{ failures: [] }, { reasoning: "Hm." }, { text: "Half an" }, { status: "waiting" }] as const)
      assert.ok(headerWithoutError("rate-limit-model", changes).model);
  });

  test("does not call it a connection problem if the model broke off while it reasoned", () => {
    assert.equal(headerAfter("interrupted", { reasoning: "Hm." }).error?.action.do, "another-model");
    assert.equal(headerAfter("interrupted").error?.action.do, "test-connection");
  });
});
