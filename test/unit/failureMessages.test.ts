import * as l10n from "@vscode/l10n";
import assert from "node:assert/strict";
import { afterEach, describe, test } from "node:test";
import { attemptSummaries, errorMessage, toFailure, failureMessage, noticeMessage } from "../../src/failureMessages";
import { RouterError, type ExclusionRule, type FailureReason } from "../../src/router/index";
import { toRouterError } from "../../src/router/errors";
import { failurePolicy } from "../../src/router/failurePolicy";
import { networkError } from "../../src/router/networkError";
import { formatTimeAhead } from "../../src/timeFormat";
import { readTexts } from "../support/manifest";

const reasons = Object.keys(failurePolicy) as FailureReason[];
const noCandidate = (...rules: ExclusionRule[]): RouterError =>
  new RouterError("no-candidate", "For the log.", { rules });

describe("failureMessage", () => {
  afterEach(() => l10n.config({ contents: {} }));

  test("has a sentence and a button for every reason", () => {
    for (const reason of reasons) {
      const { sentence, label } = failureMessage({ reason });
      assert.match(sentence, /^[A-Z].*\.$/, reason);
      assert.match(label, /^[A-Z]/, reason);
    }
  });

  test("is translated for every reason", () => {
    const english = reasons.map((reason) => errorMessage(new RouterError(reason, "For the log.")).sentence);
    l10n.config({ contents: readTexts("l10n/bundle.l10n.de.json") });
    const german = reasons.map((reason) => errorMessage(new RouterError(reason, "For the log.")).sentence);
    assert.deepEqual(
      german.filter((sentence, index) => sentence === english[index]),
      [],
    );
  });

  const noCandidateCases: [rules: ExclusionRule[], sentence: string][] = [
    [[], "No free model can answer this question right now."],
    [["paid"], "OpenRouter offers no free models right now. Try again later."],
    [["no-image"], "No free model can read images right now."],
    [["no-image", "no-tools"], "No free model can do all of this right now: read images, call tools."],
    [["excluded"], "All suitable free models are excluded by your settings."],
    [["charged"], "The free models that can do this charged your account before, so they are no longer used."],
    [["preview"], "Only preview models can do this, and your settings exclude them."],
    [["gone"], "The free models that can do this were removed or are not available to your account."],
  ];
  for (const [rules, sentence] of noCandidateCases)
    test(`says why no model qualifies: ${rules.join(" and ") || "unknown reason"}`, () =>
      assert.equal(errorMessage(noCandidate(...rules)).sentence, sentence));

  test("counts the failed attempts if there were several", () => {
    const attempts = (["rate-limit-model", "silent", "rate-limit-model"] as const).map((reason, at) => ({
      ...{ attempt: at + 1, model: "a/b:free", reason, message: "" },
    }));
    const error = new RouterError("rate-limit-model", "For the log.", { attempts });
    const sentence = "Tried 3 times, but no free model could answer: 2 busy, 1 timed out.";
    assert.deepEqual([errorMessage(error).sentence, errorMessage(error).action.do], [sentence, "another-model"]);
  });

  test("names each attempt by what it was, and counts none that say nothing about the models", () => {
    const summary = (...tried: FailureReason[]): string[] => attemptSummaries(tried);
    assert.deepEqual(summary("empty", "empty", "empty"), ["3 empty"]);
    assert.deepEqual(summary("unavailable", "server-error"), ["1 unavailable", "1 failed at the provider"]);
    // Not the user's tokens.
    assert.deepEqual(summary("out-of-tokens", "out-of-tokens"), ["2 reached the length limit"]);
    assert.match(failureMessage({ reason: "out-of-tokens" }).sentence, /reached its length limit/);
    assert.deepEqual(summary("malformed", "malformed"), ["2 sent an unreadable answer"]);
    assert.deepEqual(summary("bad-tool-call", "schema-mismatch"), [
      "1 made an invalid tool call",
      "1 missed the requested format",
    ]);
    assert.deepEqual(summary("rate-limit-model", "offline", "rate-limit-minute"), ["1 busy"]);
    assert.deepEqual(attemptSummaries(["silent"], 2), ["1 timed out", "2 busy"]);
    const one = failureMessage({ reason: "silent", tried: ["offline", "silent"] });
    assert.deepEqual(one, failureMessage({ reason: "silent" }));
  });

  test("says when to try again if every model was only busy, and offers local models", () => {
    const tried = ["rate-limit-model", "rate-limit-model"] as const;
    const retryAt = Date.now() + 120_000;
    const { sentence, others } = failureMessage({ reason: "rate-limit-model", tried, retryAt });
    const time = formatTimeAhead(retryAt);
    assert.equal(sentence, `Tried 2 times, but no free model could answer: 2 busy. Try again at ${time}.`);
    assert.equal(others?.at(-1)?.action.do, "use-local-models");
    assert.equal(
      failureMessage({ reason: "rate-limit-model", retryAt }).sentence,
      `This model is busy. Try again at ${time}.`,
    );
    assert.match(failureMessage({ reason: "rate-limit-model", tried }).sentence, /2 busy\. Try again in a minute\.$/);
    assert.match(failureMessage({ reason: "rate-limit-model", tried, retryAt: Date.now() }).sentence, /: 2 busy\.$/);
    assert.equal(failureMessage({ reason: "rate-limit-model", retryAt: Date.now() }).sentence, "This model is busy.");
  });

  test("says how many requests are kept for the user's own questions, and offers local models", () => {
    const retryAt = new Date(2026, 7, 23, 2).getTime();
    const error = new RouterError("reserved", "For the log.", { remaining: 10, retryAt, service: "Groq" });
    const { sentence, action } = errorMessage(error);
    assert.match(
      sentence,
      /^The last free requests of the day are kept for your own questions \(10 left\)\. Try again at /,
    );
    assert.equal(action.do, "use-local-models");
  });

  test("does not blame the connection for an answer that was cut off in mid-text", () => {
    const attempts = [1, 2].map((attempt) => ({ attempt, model: "m", reason: "interrupted" as const, message: "" }));
    const messageOf = (hasText: boolean): string =>
      errorMessage(new RouterError("interrupted", "For the log.", { attempts, hasText })).sentence;
    assert.equal(messageOf(true), "The answer was interrupted.");
    assert.match(messageOf(false), /^The connection was lost before the answer started/);
  });

  test("does not blame the connection for models that broke off while they reasoned", () => {
    const blamed = failureMessage({ reason: "interrupted" });
    assert.equal(blamed.action.do, "test-connection");
    const reasoned = failureMessage({ reason: "interrupted" }, false, true);
    assert.deepEqual(
      [reasoned.sentence, reasoned.action.do],
      ["The model broke off before it answered.", "another-model"],
    );
    assert.deepEqual(errorMessage(new RouterError("interrupted", "For the log.", { hasReasoning: true })), reasoned);
    const all = failureMessage({ reason: "interrupted", tried: ["interrupted", "interrupted"] }, false, true);
    assert.equal(all.sentence, "Tried 2 times, but no free model could answer: 2 interrupted.");
    const mixed = failureMessage({ reason: "interrupted", tried: ["rate-limit-model", "interrupted"] });
    assert.equal(mixed.sentence, "Tried 2 times, but no free model could answer: 1 busy, 1 interrupted.");
  });

  test("offers to retry and to ask another model where that can help, each once", () => {
    const offered = (reason: FailureReason): string[] => {
      const { action, others = [] } = failureMessage({ reason });
      return [action.do, ...others.map((each) => each.action.do)];
    };
    for (const reason of reasons) assert.equal(new Set(offered(reason)).size, offered(reason).length, reason);
    assert.deepEqual(offered("silent"), ["another-model", "retry"]);
    assert.deepEqual(offered("interrupted"), ["test-connection", "retry", "another-model"]);
    assert.deepEqual(offered("offline"), ["retry", "test-connection"]);
    assert.deepEqual(offered("payment-required"), ["open-link", "retry"]);
    assert.deepEqual(offered("moderated"), ["edit", "another-model"]);
    assert.deepEqual(offered("model-gone"), ["another-model"]);
    assert.deepEqual(offered("rate-limit-day"), ["use-local-models", "add-service", "check-again"]);
    assert.deepEqual(offered("unauthorized"), ["set-key"]);
  });

  test("offers to continue the text that there is, where asking again can help", () => {
    const offered = (reason: FailureReason): string[] => {
      const { action, others = [] } = failureMessage({ reason }, true);
      return [action.do, ...others.map((each) => each.action.do)];
    };
    assert.deepEqual(offered("interrupted"), ["continue", "retry", "another-model"]);
    assert.deepEqual(offered("silent"), ["another-model", "continue", "retry"]);
    assert.deepEqual(offered("all-resting"), ["retry", "continue", "use-local-models"]);
    assert.deepEqual(offered("rate-limit-day"), ["use-local-models", "add-service", "check-again"]);
    assert.deepEqual(offered("context-too-long"), ["edit"]);
  });

  test("quotes what the service rejected in the request", () => {
    const error = new RouterError("bad-request", "For the log.", { complaint: "Image is too large" });
    assert.equal(errorMessage(error).sentence, "OpenRouter rejected this request: Image is too large");
  });

  test("prefers the link from the service over the built-in one", () => {
    const link = "https://openrouter.ai/settings/preferences";
    const { action } = failureMessage(toFailure(new RouterError("data-policy", "For the log.", { link })));
    assert.deepEqual(action, { do: "open-link", url: link });
  });

  test("puts the text of an unexpected error under Details", () => {
    const { sentence, action, detail } = failureMessage(toFailure(new TypeError("x is undefined")));
    assert.match(sentence, /error occurred in this extension/);
    assert.deepEqual([action.do, detail], ["show-log", "TypeError: x is undefined"]);
  });

  test("promises no saved question where a key is missing, because there may be none", () => {
    for (const failure of [{ reason: "no-key" }, { reason: "no-key", service: "Groq" }] as const)
      assert.match(failureMessage(failure).sentence, /(?:Sign in|Enter it) to continue\.$/);
  });

  test("reports the cost if the service charges for an answer", () => {
    const charged = { type: "notice", notice: "charged", model: "a/b:free", message: "", cost: 0.002 } as const;
    assert.match(noticeMessage(charged), /cost 0\.002 USD, although a\/b:free .* no longer used/);
  });
});

describe("failureMessage for another service than OpenRouter", () => {
  const reasons: readonly FailureReason[] = [
    ...(["no-key", "offline", "server-not-running", "server-loading", "unauthorized", "payment-required"] as const),
    ...(["data-policy", "rate-limit-minute", "rate-limit-day", "bad-request", "model-gone"] as const),
  ];
  for (const reason of reasons)
    test(`names it, and no other: ${reason}`, () => {
      const { sentence, action } = failureMessage({ reason, service: "Groq" });
      assert.match(sentence, /Groq/);
      assert.doesNotMatch(sentence, /OpenRouter/);
      assert.notEqual(action.do, "open-link");
    });

  test("is the usual one where the service does not matter", () => {
    assert.deepEqual(failureMessage({ reason: "silent", service: "Groq" }), failureMessage({ reason: "silent" }));
  });
});

describe("failureMessage for network errors", () => {
  const messageFor = (cause: string, hasPartialAnswer = false): [sentence: string, action: string] => {
    const error = toRouterError(networkError(new TypeError("fetch failed", { cause: new Error(cause) })));
    const { sentence, action } = failureMessage(toFailure(error), hasPartialAnswer);
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
    test(`suggests a connection test, because a retry cannot help: ${cause}`, () => {
      const [sentence, action] = messageFor(cause);
      assert.match(sentence, /is blocking the connection/);
      assert.equal(action, "test-connection");
    });

  for (const status of [302, 407])
    test(`suggests a connection test for status ${status} from a proxy`, () =>
      assert.equal(failureMessage({ reason: "offline", status }).action.do, "test-connection"));

  for (const cause of ["getaddrinfo ENOTFOUND openrouter.ai", "connect ENETUNREACH", "connect ECONNREFUSED"])
    test(`suggests a retry: ${cause}`, () => {
      const [sentence, action] = messageFor(cause);
      assert.match(sentence, /could not be reached/);
      assert.equal(action, "retry");
    });

  test("offers to continue an interrupted answer only if part of it was received", () => {
    const cause = "Client network socket disconnected before secure TLS connection was established; socket hang up";
    const [sentence, action] = messageFor(cause);
    assert.match(sentence, /before the answer started/);
    assert.equal(action, "test-connection");
    assert.equal(messageFor(cause, true)[1], "continue");
  });
});
