import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { nextRequest, type RoundsSoFar } from "../../../../src/chat/session/nextRequest";
import { requestsLeft } from "../../../../src/chat/session/requestsLeft";
import { RouterError, type Quota, type ServiceState } from "../../../../src/router/index";

const sofar: RoundsSoFar = { rounds: 1, limit: 3, isOver: false, isRepeating: false, room: 100, left: {} };

describe("nextRequest", () => {
  const cases: [what: string, state: Partial<RoundsSoFar>, expected: ReturnType<typeof nextRequest>][] = [
    ["a round is left", {}, "with-tools"],
    ["many requests are left", { left: { today: 31, thisMinute: 12 } }, "with-tools"],
    ["the limit is reached", { rounds: 3 }, "without-tools"],
    ["the user allows none", { rounds: 0, limit: 0 }, "without-tools"],
    ["the user wants the answer", { isOver: true }, "without-tools"],
    ["the model repeats itself", { isRepeating: true }, "without-tools"],
    ["there is no room for results", { room: 0 }, "without-tools"],
    ["one request is left today", { left: { today: 1 } }, "without-tools"],
    ["one request is left in this minute", { left: { today: 31, thisMinute: 1 } }, "without-tools"],
  ];
  for (const [what, state, expected] of cases)
    test(`is ${expected} if ${what}`, () => assert.equal(nextRequest({ ...sofar, ...state }), expected));
});

describe("requestsLeft", () => {
  const service = (id: string, remaining: number | undefined, used = 0): ServiceState => {
    const minute = { used, limit: 20, resetsAt: 0 };
    const quota: Quota = { used: 0, limit: 50, remaining, resetsAt: 0, exhausted: false, minute };
    return { id, kind: "openrouter", name: id, place: "remote", baseUrl: "x", modelCount: 3, quota };
  };
  const local: ServiceState = {
    ...{ id: "ollama", kind: "ollama", name: "Ollama", place: "local", baseUrl: "x", modelCount: 1 },
  };

  test("adds up what the services report", () => {
    assert.deepEqual(requestsLeft([service("openrouter", 31, 4), service("groq", 100, 20)]), {
      today: 131,
      thisMinute: 16,
    });
  });

  test("has no number of the day if one is not known", () => {
    assert.deepEqual(requestsLeft([service("openrouter", undefined)]), { thisMinute: 20 });
    assert.deepEqual(requestsLeft([]), {});
  });

  test("leaves out services that cannot be used, and local ones, unless a local model answers", () => {
    const error = new RouterError("no-key", "x");
    const services = [service("openrouter", 31), { ...service("groq", 100), error }, local];
    assert.deepEqual(requestsLeft(services), { today: 31, thisMinute: 20 });
    assert.deepEqual(requestsLeft(services, "ollama::qwen"), {});
  });
});
