import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { trialCompletion } from "../../../src/connect/trialCompletion";
import { defaultSettings } from "../../../src/router/index";
import { withGermanNumbers } from "../../support/germanNumbers";
import { answerEvents, ScriptedRouter } from "../../support/scriptedRouter";

describe("The last proof of the connection", () => {
  it("says who answered, and after how long, in the manner of the user's machine", async () => {
    const router = new ScriptedRouter(answerEvents("ready").map((event) => ({ ...event, durationMs: 1_540 })));
    const facts = { baseUrl: defaultSettings.baseUrl, proxy: undefined, now: 0 };
    const { sentence } = await withGermanNumbers(() => trialCompletion(router, facts, new AbortController().signal));
    assert.equal(sentence, "Everything works: m/one:free answered after 1,5 s.");
  });
});
