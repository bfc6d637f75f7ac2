import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { trialCompletion } from "../../../src/connect/trialCompletion";
import { defaultSettings } from "../../../src/router/index";
import { withGermanNumbers } from "../../support/germanNumbers";
import { answerEvents, ScriptedRouter } from "../../support/scriptedRouter";
import { scriptedSecretsCheck } from "../../support/scriptedSecretsCheck";

describe("trialCompletion", () => {
  test("reports the model and its response time in the user's locale", async () => {
    const router = new ScriptedRouter(answerEvents("ready").map((event) => ({ ...event, durationMs: 1_540 })));
    const options = { baseUrl: defaultSettings.baseUrl, proxy: undefined, now: 0 };
    const { sentence } = await withGermanNumbers(() =>
      trialCompletion({ router, secrets: scriptedSecretsCheck().check }, options, new AbortController().signal),
    );
    assert.equal(sentence, "Test passed. m/one:free answered in 1,5 s.");
  });
});
