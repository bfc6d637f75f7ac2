import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { RouterError, type FailureReason, type Quota, type ServiceState } from "../../../src/router/index";
import { serviceStateText } from "../../../src/status/serviceStateText";
import { fakeClock } from "../../support/clock";

// Set before the first use of a Date, so that times are the same on every machine.
process.env["TZ"] = "UTC";

/** Noon UTC. */
const now = fakeClock().now();
const minute = { used: 0, limit: Infinity, resetsAt: now };
const unlimited: Quota = {
  ...{ used: 0, limit: undefined, remaining: undefined, resetsAt: now + 3_600_000, exhausted: false, minute },
};

const ollama: ServiceState = {
  ...{ id: "ollama", kind: "ollama", name: "Ollama", place: "local", baseUrl: "http://127.0.0.1:11434/v1" },
  modelCount: 2,
};
const remote = (quota: Partial<Quota>): ServiceState => ({
  ...{ id: "groq", kind: "groq", name: "Groq", place: "remote", baseUrl: "https://api.groq.com/openai/v1" },
  ...{ modelCount: 4, quota: { ...unlimited, ...quota } },
});
const failed = (reason: FailureReason): ServiceState => ({
  ...remote({}),
  error: new RouterError(reason, "It failed.", { service: "Groq" }),
});

describe("serviceStateText", () => {
  const inThisMinute = { used: 2, limit: 30, resetsAt: now + 60_000 };
  const today = { limit: 1_000, remaining: 990 };
  const states: [name: string, state: ServiceState, text: string][] = [
    ["a local server", ollama, "running on this computer, no limit"],
    ["a local server without a model", { ...ollama, modelCount: 0 }, "running on this computer, without a model"],
    ["what is left today", remote({ ...today, minute: inThisMinute }), "990 of 1,000 left today"],
    [
      "whose figures they are, if each model has its own",
      remote({ ...today, model: "groq::openai/gpt-oss-120b" }),
      "990 of 1,000 left today for gpt-oss-120b",
    ],
    ["this minute, if only that is known", remote({ minute: inThisMinute }), "28 of 30 left this minute"],
    ["a service of which no limit is known", remote({}), "ready"],
    [
      "a day that is used up",
      remote({ ...today, exhausted: true, remaining: 0 }),
      "used up until 01:00 PM (in 1 hour)",
    ],
    ["a day that is used up no longer", remote({ ...today, exhausted: true, remaining: 0, resetsAt: now }), "ready"],
    [
      "a minute that is used up",
      remote({ ...today, minute: { used: 30, limit: 30, resetsAt: now + 5_000 } }),
      "used up until 12:00:05 PM, 990 of 1,000 left today",
    ],
    ["a minute that is over", remote({ minute: { used: 30, limit: 30, resetsAt: now } }), "30 of 30 left this minute"],
    ["a server that is not running", failed("server-not-running"), "not running"],
    ["a missing key", failed("no-key"), "API key missing"],
    ["a rejected key", failed("unauthorized"), "API key rejected"],
    ["a service that cannot be reached", failed("offline"), "offline"],
    ["a service that the settings exclude", failed("data-policy"), "excluded by your setting for data collection"],
    ["any other failure", failed("malformed"), "not available"],
  ];
  for (const [name, state, text] of states)
    test(`shows ${name}`, () => assert.equal(serviceStateText(state, { machine: "this computer", now }), text));

  test("says on which machine a server runs", () => {
    const machine = "the remote machine (ssh-remote)";
    assert.match(serviceStateText(ollama, { machine, now }), /^running on the remote machine \(ssh-remote\), /);
  });
});
