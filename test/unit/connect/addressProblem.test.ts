import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { addressProblem } from "../../../src/connect/addressProblem";
import { RouterError, type FailureReason } from "../../../src/router/index";

const use = { kind: "custom", name: "vLLM", baseUrl: "http://127.0.0.1:8000/v1", automatic: true } as const;
const silent = "vLLM did not answer at http://127.0.0.1:8000/v1.";
const other = "What answers at http://127.0.0.1:8000/v1 is not an OpenAI-compatible service.";

describe("addressProblem", () => {
  const cases: [FailureReason, string | undefined][] = [
    ["offline", silent],
    ["server-not-running", silent],
    ["timeout", silent],
    ["aborted", silent],
    ["web-page", other],
    ["model-gone", other],
    ["malformed", other],
    ["unauthorized", undefined],
    ["no-key", undefined],
    ["server-loading", undefined],
    ["rate-limit-unknown", undefined],
    ["not-local", undefined],
  ];
  for (const [reason, sentence] of cases)
    test(`${reason}: ${sentence ?? "it answers, or must not be asked"}`, () =>
      assert.equal(addressProblem(new RouterError(reason, "For the log."), use), sentence));
});
