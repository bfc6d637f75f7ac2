import * as l10n from "@vscode/l10n";
import assert from "node:assert/strict";
import { afterEach, describe, test } from "node:test";
import { errorMessage, failureOf, failureMessage, noticeMessage } from "../../src/failureMessages";
import { networkError } from "../../src/router/errors";
import { RouterError, type ExclusionRule, type FailureReason } from "../../src/router/index";
import { failurePolicy } from "../../src/router/failurePolicy";
import { readTexts } from "../support/manifest";

const reasons = Object.keys(failurePolicy) as FailureReason[];
const nobody = (...rules: ExclusionRule[]): RouterError => new RouterError("no-candidate", "For the log.", { rules });

describe("The words for a failure", () => {
  afterEach(() => l10n.config({ contents: {} }));

  test("are a sentence and one thing to do, for every reason there is", () => {
    for (const reason of reasons) {
      const { sentence, label } = failureMessage({ reason });
      assert.match(sentence, /^[A-Z].*\.$/, reason);
      assert.match(label, /^[A-Z]/, reason);
    }
  });

  test("are said in the user's language, for every reason there is", () => {
    const english = reasons.map((reason) => errorMessage(new RouterError(reason, "For the log.")).sentence);
    l10n.config({ contents: readTexts("l10n/bundle.l10n.de.json") });
    const german = reasons.map((reason) => errorMessage(new RouterError(reason, "For the log.")).sentence);
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
      assert.equal(errorMessage(nobody(...rules)).sentence, sentence));

  test("count those that were asked in vain, where there were several", () => {
    const attempts = (["rate-limit-model", "silent", "rate-limit-model"] as const).map((reason, at) => ({
      ...{ attempt: at + 1, model: "a/b:free", reason, message: "" },
    }));
    const error = new RouterError("rate-limit-model", "For the log.", { attempts });
    const sentence = "3 free models were asked, and none could answer: 2 busy, 1 silent.";
    assert.deepEqual([errorMessage(error).sentence, errorMessage(error).action.do], [sentence, "another-model"]);
  });

  test("tell what the service said of the request itself", () => {
    const error = new RouterError("bad-request", "For the log.", { complaint: "Image is too large" });
    assert.equal(errorMessage(error).sentence, "OpenRouter refused this request: Image is too large");
  });

  test("lead to the page that the service named, before our own", () => {
    const link = "https://openrouter.ai/settings/preferences";
    const { action } = failureMessage(failureOf(new RouterError("data-policy", "For the log.", { link })));
    assert.deepEqual(action, { do: "open-link", url: link });
  });

  test("keep what is no error of the router behind Details", () => {
    const { sentence, action, detail } = failureMessage(failureOf(new TypeError("x is undefined")));
    assert.match(sentence, /inside this extension/);
    assert.deepEqual([action.do, detail], ["show-log", "TypeError: x is undefined"]);
  });

  test("say what an answer cost, should the service ever charge for one", () => {
    const charged = { type: "notice", notice: "charged", model: "a/b:free", message: "", cost: 0.002 } as const;
    assert.match(noticeMessage(charged), /cost 0\.002 USD/);
  });
});

describe("The words for a broken network", () => {
  const words = (cause: string, begun = false): [sentence: string, action: string] => {
    const error = networkError(new TypeError("fetch failed", { cause: new Error(cause) }));
    const { sentence, action } = failureMessage(failureOf(error), begun);
    return [sentence, action.do];
  };

  for (const cause of [
    "unable to get local issuer certificate (UNABLE_TO_GET_ISSUER_CERT_LOCALLY)",
    "CERT_HAS_EXPIRED",
    "write EPROTO wrong version number",
    "Proxy response (407) !== 200 when HTTP Tunneling",
    "net::ERR_TUNNEL_CONNECTION_FAILED",
    "Redirect was cancelled",
  ])
    test(`${cause}: to be tested, since trying again changes nothing`, () => {
      const [sentence, action] = words(cause);
      assert.match(sentence, /is in the way/);
      assert.equal(action, "test-connection");
    });

  for (const status of [302, 407])
    test(`an answer of status ${status} from somebody in between: to be tested`, () =>
      assert.equal(failureMessage({ reason: "offline", status }).action.do, "test-connection"));

  for (const cause of ["getaddrinfo ENOTFOUND openrouter.ai", "connect ENETUNREACH", "connect ECONNREFUSED"])
    test(`${cause}: to be tried again`, () => {
      const [sentence, action] = words(cause);
      assert.match(sentence, /could not be reached/);
      assert.equal(action, "retry");
    });

  test("cut off before the answer began there is nothing to continue", () => {
    const cause = "Client network socket disconnected before secure TLS connection was established; socket hang up";
    const [sentence, action] = words(cause);
    assert.match(sentence, /before the answer began/);
    assert.equal(action, "test-connection");
    assert.equal(words(cause, true)[1], "continue");
  });
});
