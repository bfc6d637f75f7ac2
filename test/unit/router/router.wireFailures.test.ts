import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { CompletionRequest, FailureReason } from "../../../src/router/index";
import type { FaultName } from "../../support/openRouter";
import { gemma, hello, shortDeadlines, startHarness } from "./wireHarness";

/** The reaction to a failure: a request to another model, the end, or another request to the same model, at once or after a wait. */
type Next = "next" | "stop" | "repeat" | "wait";
type Row = [fault: FaultName, reason: FailureReason, next: Next, poolStatus: string];

const inPool = "in the pool";

/** The reason and consequences of each fault. */
const rows: Row[] = [
  // account: another model would fail as well
  ["401-key", "unauthorized", "stop", inPool],
  ["401-no-auth", "unauthorized", "stop", inPool],
  ["403-key-limit", "budget-exceeded", "stop", inPool],
  ["403-guardrail-budget", "budget-exceeded", "stop", inPool],
  ["429-day", "rate-limit-day", "stop", inPool],
  ["429-day-1000", "rate-limit-day", "stop", inPool],
  ["429-day-old", "rate-limit-day", "stop", inPool],
  ["429-day-headers", "rate-limit-day", "stop", inPool],
  // account or model: a second refusal decides
  ["402-negative-balance", "payment-required", "next", "gone"],
  // account, temporarily: the same request again
  ["429-minute", "rate-limit-minute", "wait", inPool],
  ["429-minute-headers", "rate-limit-minute", "wait", inPool],
  // invalid request
  ["400-invalid", "bad-request", "stop", inPool],
  ["400-invalid-image", "bad-request", "stop", inPool],
  ["409-conflict", "bad-request", "stop", inPool],
  ["412-precondition", "bad-request", "stop", inPool],
  ["422-unprocessable", "bad-request", "stop", inPool],
  // busy or unavailable model: cooldown
  ["429-upstream", "rate-limit-model", "next", "resting"],
  ["429-upstream-old", "rate-limit-model", "next", "resting"],
  ["429-bare", "rate-limit-unknown", "next", "resting"],
  ["408-timeout", "timeout", "next", "resting"],
  ["504-gateway", "timeout", "next", "resting"],
  ["524-edge", "timeout", "next", "resting"],
  ["500-internal", "server-error", "next", "resting"],
  ["502-bad-gateway", "unavailable", "next", "resting"],
  ["502-html", "unavailable", "next", "resting"],
  ["503-overloaded", "unavailable", "next", "resting"],
  ["529-overloaded", "unavailable", "next", "resting"],
  // model that is not as listed in the catalogue
  ["400-unknown-model", "model-gone", "next", "gone"],
  ["404-no-endpoints", "model-gone", "next", "gone"],
  ["404-free-unavailable", "not-free", "next", "gone"],
  ["404-free-ended", "not-free", "next", "gone"],
  ["404-output-modality", "model-gone", "next", "gone"],
  ["404-max-price", "not-free", "next", "gone"],
  ["402-cannot-afford", "not-free", "next", "gone"],
  ["402-in-flight", "not-free", "next", "gone"],
  ["403-attestation", "model-refused", "next", "gone"],
  ["403-region", "model-refused", "next", "gone"],
  ["404-no-allowed-provider", "model-refused", "next", "gone"],
  ["404-privacy", "data-policy", "next", "data-policy"],
  ["404-privacy-publication", "data-policy", "next", "data-policy"],
  ["404-guardrail", "data-policy", "next", "data-policy"],
  // model that does not accept this request
  ["403-moderation", "moderated", "next", inPool],
  ["400-provider", "provider-rejected", "next", "resting"],
  ["400-developer-role", "provider-rejected", "next", "resting"],
  ["400-context", "context-too-long", "next", inPool],
  ["413-too-large", "too-large", "next", inPool],
  // status 200 without an answer
  ["200-error-body", "unavailable", "next", "resting"],
  ["200-error-body-as-stream", "unavailable", "next", "resting"],
  ["200-error-body-spaced", "unavailable", "next", "resting"],
  ["200-error-body-untyped", "unavailable", "next", "resting"],
  ["200-empty-body", "interrupted", "next", "resting"],
  ["error-first", "unavailable", "next", "resting"],
  ["error-after-reasoning", "unavailable", "next", "resting"],
  ["error-string-code", "unavailable", "next", "resting"],
  ["empty", "empty", "next", "resting"],
  ["reasoning-only", "empty", "next", "resting"],
  ["length-reasoning-only", "out-of-tokens", "next", inPool],
  ["content-filter", "moderated", "next", inPool],
  ["garbage", "malformed", "next", "resting"],
  ["no-choices", "interrupted", "next", "resting"],
  ["cut-before-content", "interrupted", "next", "resting"],
  ["reset-before-headers", "interrupted", "next", "resting"],
  ["reset-before-content", "interrupted", "next", "resting"],
  // silence
  ["silent-before-headers", "silent", "next", "resting"],
  ["silent-after-headers", "silent", "next", "resting"],
  ["comments-forever", "silent", "next", "resting"],
  ["empty-deltas-forever", "silent", "next", "resting"],
];

describe("the consequences of a failure", () => {
  for (const [fault, reason, next, poolStatus] of rows)
    test(`${fault}: ${reason}, ${next}, ${poolStatus}`, async () => {
      await using harness = await startHarness({
        settings: /silent|forever/.test(reason + fault) ? shortDeadlines : {},
      });
      harness.simulator.script(fault);
      const { failed, error, end, text, events } = await harness.ask();
      assert.deepEqual(failed, [reason]);
      assert.deepEqual(
        [harness.simulator.chatRequests.length, error?.reason],
        next === "stop" ? [1, reason] : [2, undefined],
      );
      const models = harness.bodies().map(({ model }) => model);
      assert.equal(models[0], gemma);
      assert.equal(
        events.some(({ type }) => type === "wait"),
        next === "wait",
      );
      if (next === "wait" || next === "repeat") assert.equal(models[1], gemma);
      if (next === "next") assert.notEqual(models[1], gemma);
      if (next !== "stop") {
        assert.deepEqual([end?.model, end?.attempts], [models[1], 2]);
        assert.match(text, /^You asked: “Why is the sky blue\?”/);
      }
      assert.equal(await harness.poolStatus(gemma), poolStatus);
      assert.deepEqual(harness.simulator.violations, []);
    });
});

const tools: CompletionRequest = {
  messages: [{ role: "user", content: "Use look, please" }],
  tools: [{ type: "function", function: { name: "look", parameters: { type: "object", properties: { at: {} } } } }],
  tool_choice: "required",
};
const image: CompletionRequest = {
  messages: [
    {
      role: "user",
      content: [
        {
          type: "image_url",
          image_url: {
            url: `data:image/png;base64,${Buffer.from("89504e470d0a1a0a0000000d494844520000000200000003", "hex").toString("base64")}`,
          },
        },
      ],
    },
  ],
};
const schema: CompletionRequest = {
  ...hello,
  response_format: {
    type: "json_schema",
    json_schema: { name: "s", schema: { type: "object", properties: { a: { type: "string" } }, required: ["a"] } },
  },
};

describe("unsupported and incorrectly used capabilities", () => {
  const cases: [fault: FaultName, request: CompletionRequest, reason: FailureReason, poolStatus: string][] = [
    ["404-tools", tools, "capability-missing", "no-tools"],
    ["404-tool-choice", tools, "capability-missing", "no-tool_choice"],
    ["404-image", image, "capability-missing", "no-image"],
    ["tool-broken-json", tools, "bad-tool-call", "resting"],
    ["tool-not-an-object", tools, "bad-tool-call", "resting"],
    ["tool-unknown-name", tools, "bad-tool-call", "resting"],
    ["tool-as-text", tools, "bad-tool-call", "resting"],
    ["tool-as-text", { ...tools, tool_choice: "auto" }, "bad-tool-call", "resting"],
  ];
  for (const [fault, request, reason, poolStatus] of cases)
    test(`${fault}: ${reason}, then a request to another model`, async () => {
      await using harness = await startHarness();
      harness.simulator.script(fault);
      const { failed, end } = await harness.ask(request, { restartAfterOutput: true });
      assert.deepEqual(failed, [reason]);
      assert.notEqual(end?.model, gemma);
      assert.equal(harness.simulator.chatRequests.length, 2);
      assert.equal(await harness.poolStatus(gemma, request), poolStatus);
      const otherStatus = poolStatus === "resting" ? poolStatus : inPool;
      assert.equal(await harness.poolStatus(gemma), otherStatus, "for requests that do not need the capability");
    });

  for (const fault of ["schema-mismatch", "schema-not-json"] as const)
    test(`${fault}: a request to another model without output of the invalid text`, async () => {
      await using harness = await startHarness();
      harness.simulator.script(fault);
      const { failed, text, events } = await harness.ask(schema);
      assert.deepEqual(failed, ["schema-mismatch"]);
      assert.deepEqual(JSON.parse(text), { a: "a from the simulator" });
      assert.equal(events.filter(({ type }) => type === "text-delta").length, 1);
    });

  test("the final error names the violation if no answer matches the schema", async () => {
    await using harness = await startHarness();
    harness.simulator.addPersistentStep({ step: "schema-mismatch" });
    const { error, text } = await harness.ask(schema);
    assert.deepEqual([error?.reason, harness.simulator.chatRequests.length, text], ["schema-mismatch", 4, ""]);
    assert.match(error?.message ?? "", /must have required property 'a'/);
  });
});

describe("a refusal for privacy", () => {
  test("links to the account's settings, but not if the router's own setting excludes the models", async () => {
    await using harness = await startHarness({ settings: { dataCollection: "deny" } });
    harness.simulator.addPersistentStep({ step: "404-privacy" });
    const { error } = await harness.ask();
    assert.deepEqual([error?.reason, error?.link], ["data-policy", undefined]);
    assert.match(error?.message ?? "", /setting Data Collection/);
  });
});

describe("a repeated failure", () => {
  test("ends the completion after two refusals for privacy settings and links to them", async () => {
    await using harness = await startHarness();
    harness.simulator.addPersistentStep({ step: "404-privacy" });
    const { error, failed } = await harness.ask();
    assert.deepEqual(failed, ["data-policy", "data-policy"]);
    assert.deepEqual([error?.reason, error?.link], ["data-policy", "https://openrouter.ai/settings/privacy"]);
    assert.equal(harness.simulator.chatRequests.length, 2);
  });

  test("treats the second rate limit of unknown origin as the account's, and waits for it once", async () => {
    await using harness = await startHarness();
    harness.simulator.addPersistentStep({ step: "429-bare" });
    const { failed, error, events } = await harness.ask();
    assert.deepEqual(failed, ["rate-limit-unknown", "rate-limit-minute", "rate-limit-minute"]);
    assert.equal(error?.reason, "rate-limit-minute");
    assert.ok(events.some(({ type }) => type === "wait"));
  });

  test("ends the completion after two moderation failures", async () => {
    await using harness = await startHarness();
    harness.simulator.addPersistentStep({ step: "403-moderation" });
    const { error, failed } = await harness.ask();
    assert.deepEqual([failed, error?.reason], [["moderated", "moderated"], "moderated"]);
  });

  test("ends the completion when the limit per minute is exceeded twice", async () => {
    await using harness = await startHarness();
    harness.simulator.addPersistentStep({ step: "429-minute" });
    const { error, failed } = await harness.ask();
    assert.deepEqual([failed, error?.reason], [["rate-limit-minute", "rate-limit-minute"], "rate-limit-minute"]);
    assert.deepEqual(
      harness.bodies().map(({ model }) => model),
      [gemma, gemma],
    );
  });

  test("ends the completion after two refusals for a lack of credits", async () => {
    await using harness = await startHarness();
    harness.simulator.addPersistentStep({ step: "402-negative-balance" });
    const { error, failed } = await harness.ask();
    assert.deepEqual(failed, ["payment-required", "payment-required"]);
    assert.deepEqual([error?.reason, error?.link], ["payment-required", "https://openrouter.ai/settings/credits"]);
  });

  test("leads to another model if more tokens did not help", async () => {
    await using harness = await startHarness();
    harness.simulator.script("length-reasoning-only", "length-reasoning-only");
    const { end, failed } = await harness.ask({ ...hello, max_tokens: 100 });
    assert.deepEqual(failed, ["out-of-tokens", "out-of-tokens"]);
    const [first, second, third] = harness.bodies();
    assert.deepEqual([first?.model, second?.model, second?.max_tokens], [gemma, gemma, 4_100]);
    assert.ok(third?.model !== gemma && third?.model === end?.model);
  });

  test("leads to models with larger context windows, then to the others, after a prompt was too long", async () => {
    await using harness = await startHarness();
    harness.simulator.addPersistentStep({ step: "400-context" });
    const { error } = await harness.ask();
    const { pool } = await harness.router.explain(hello);
    const windows = new Map(pool.map(({ id, contextLength }) => [id, contextLength]));
    const models = harness.bodies().map(({ model }) => model);
    const sizes = models.map((model) => windows.get(model) ?? 0);
    assert.equal(error?.reason, "context-too-long");
    assert.equal(new Set(models).size, 4);
    const growing = sizes.slice(0, sizes.indexOf(Math.max(...sizes)) + 1);
    assert.ok(growing.length > 1);
    assert.deepEqual(
      growing,
      [...new Set(growing)].sort((one, other) => one - other),
    );
  });

  test("involves four different models, all listed in the error", async () => {
    await using harness = await startHarness();
    harness.simulator.addPersistentStep({ step: "502-bad-gateway" });
    const { error, failed } = await harness.ask();
    assert.deepEqual(failed, Array(4).fill("unavailable"));
    assert.deepEqual(
      error?.attempts.map(({ model }) => model),
      harness.bodies().map(({ model }) => model),
    );
    assert.equal(new Set(harness.bodies().map(({ model }) => model)).size, 4);
    assert.match(error.message, /\b4\b.*4 unavailable/);
  });
});

describe("an unreachable service", () => {
  test("is retried once, and the requests are not counted", async () => {
    let address = "";
    await using harness = await startHarness({ router: { fetch: (url, init) => fetch(address || url, init) } });
    await harness.ask();
    const { used } = await harness.router.quota();
    address = "http://127.0.0.1:1/"; // a port without a server
    const { error, failed } = await harness.ask();
    assert.deepEqual([failed, error?.reason], [["offline", "offline"], "offline"]);
    assert.equal((await harness.router.quota()).used, used);
    assert.equal(await harness.poolStatus(gemma), inPool);
  });

  test("includes redirects, which are not followed since they would receive the API key", async () => {
    await using harness = await startHarness();
    harness.simulator.addPersistentStep({ step: "307-redirect" });
    const { error } = await harness.ask();
    assert.equal(error?.reason, "offline");
    assert.deepEqual(
      new Set(harness.simulator.requests.map(({ path }) => path)),
      new Set(["/api/v1/models", "/api/v1/chat/completions"]),
    );
    assert.equal(await harness.poolStatus(gemma), inPool);
  });

  test("may be a login page, which the error mentions", async () => {
    await using harness = await startHarness();
    harness.simulator.addPersistentStep({ step: "200-html" });
    const { error, failed } = await harness.ask();
    assert.deepEqual(failed, ["web-page", "web-page"], "one page may come from a single host");
    assert.match(error?.message ?? "", /web page.*sign-in/s);
  });
});
