import * as l10n from "@vscode/l10n";
import assert from "node:assert/strict";
import { afterEach, describe, test } from "node:test";
import { errorWords, failureOf, failureWords, noticeWords } from "../../src/failureWords";
import { RouterError, type ExclusionRule, type FailureReason } from "../../src/router/index";
import { verdicts } from "../../src/router/verdicts";
import { readTexts } from "../support/manifest";

const reasons = Object.keys(verdicts) as FailureReason[];
const nobody = (...rules: ExclusionRule[]): RouterError => new RouterError("no-candidate", "For the log.", { rules });

describe("The words for a failure", () => {
  afterEach(() => l10n.config({ contents: {} }));

  test("are a sentence and one thing to do, for every reason there is", () => {
    for (const reason of reasons) {
      const { sentence, label } = failureWords({ reason });
      assert.match(sentence, /^[A-Z].*\.$/, reason);
      assert.match(label, /^[A-Z]/, reason);
    }
  });

  test("are said in the user's language, for every reason there is", () => {
    const english = reasons.map((reason) => errorWords(new RouterError(reason, "For the log.")).sentence);
    l10n.config({ contents: readTexts("l10n/bundle.l10n.de.json") });
    const german = reasons.map((reason) => errorWords(new RouterError(reason, "For the log.")).sentence);
    assert.deepEqual(
      german.filter((sentence, index) => sentence === english[index]),
      [],
    );
  });

  const obstacles: [rules: ExclusionRule[], sentence: string][] = [
    [[], "No free model can take this question right now."],
    [["paid"], "OpenRouter offers no free model right now. Try again later."],
    [["no-image"], "No free model can see pictures right now."],
    [["no-image", "no-tools"], "No free model can do all of this right now: see pictures, call tools."],
    [["excluded"], "You excluded every free model that fits."],
    [["preview"], "Only preview models can do this, and your settings rule them out."],
    [["gone"], "The free models that can do this are gone, or closed to your account."],
  ];
  for (const [rules, sentence] of obstacles)
    test(`name what left nobody to ask: ${rules.join(" and ") || "nothing that is known"}`, () =>
      assert.equal(errorWords(nobody(...rules)).sentence, sentence));

  test("tell what the service said of the request itself", () => {
    const error = new RouterError("bad-request", "For the log.", { complaint: "Image is too large" });
    assert.equal(errorWords(error).sentence, "OpenRouter refused this request: Image is too large");
  });

  test("lead to the page that the service named, before our own", () => {
    const link = "https://openrouter.ai/settings/preferences";
    const { action } = failureWords(failureOf(new RouterError("data-policy", "For the log.", { link })));
    assert.deepEqual(action, { do: "open-link", url: link });
  });

  test("keep what is no error of the router behind Details", () => {
    const { sentence, action, detail } = failureWords(failureOf(new TypeError("x is undefined")));
    assert.match(sentence, /inside this extension/);
    assert.deepEqual([action.do, detail], ["show-log", "TypeError: x is undefined"]);
  });

  test("say what an answer cost, should the service ever charge for one", () => {
    const charged = { type: "notice", notice: "charged", model: "a/b:free", message: "", cost: 0.002 } as const;
    assert.match(noticeWords(charged), /cost 0\.002 USD/);
  });
});
