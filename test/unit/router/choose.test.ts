import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { CompletionRequest } from "../../../src/router/request";
import { serverRouter } from "../../../src/router/services/openrouter/serverRouter";
import { poolOf, startHarness, tierOf } from "./chooseHarness";
import { model, question } from "./sampleModels";

describe("the choice of the next attempt", () => {
  test("names the first four models of the order", () => {
    const { nextAttempt } = startHarness({ order: ["d", "b", "f", "a", "c", "e"] });
    const plan = { chain: ["d", "b", "f", "a"], request: question };
    assert.deepEqual(nextAttempt(), { type: "attempt", plan });
  });

  test("leaves out models that were tried, and ends after all of them", () => {
    const { fail, chain, failAll, next } = startHarness();
    assert.equal(fail(), "a");
    assert.equal(chain(), "b c d e");
    assert.equal(failAll(), "bcdef");
    assert.deepEqual(next(), { type: "exhausted" });
  });

  test("names one model if server fallbacks are disabled", () => {
    assert.equal(startHarness({ maxFallbacks: () => 0 }).chain(), "a");
  });

  test("is one model after an error that named no model of the chain", () => {
    const { fail, chain } = startHarness();
    fail("unavailable", undefined, false);
    assert.equal(chain(), "b");
  });

  test("names fewer than four models if the pool is smaller", () => {
    assert.equal(startHarness({ tiers: [tierOf(poolOf("ab"))] }).chain(), "a b");
  });

  test("is none if there are no models", () => {
    for (const tiers of [[], [tierOf([])]]) assert.deepEqual(startHarness({ tiers }).next(), { type: "exhausted" });
  });

  test("is the service's own router alone if it comes first, then the models", () => {
    const { nextAttempt, fail, chain } = startHarness({ serverRouter });
    assert.deepEqual(nextAttempt().plan, { chain: ["openrouter/free"], request: question });
    fail();
    assert.equal(chain(), "a b c d");
  });

  test("is the same plan again after a failure that a changed request can avoid", () => {
    const { nextAttempt, fail, chain } = startHarness();
    const { plan } = nextAttempt();
    fail("parameter-refused");
    assert.deepEqual(nextAttempt(), { type: "attempt", plan });
    fail("unavailable");
    assert.equal(chain(), "b c d e");
  });
});

describe("the author of reasoning details", () => {
  const request: CompletionRequest = {
    messages: [
      ...question.messages,
      { role: "assistant", content: "Scattering.", model: "b", reasoning_details: [{ text: "Light …" }] },
      { role: "user", content: "Why?" },
    ],
  };
  const tiers = [tierOf(poolOf("abcdef"), request)];

  test("is asked alone if it comes first", () => {
    const { chain, fail } = startHarness({ tiers, order: ["b", "a", "c", "d", "e", "f"] });
    assert.equal(chain(), "b");
    fail();
    assert.equal(chain(), "a c d e", "the others are asked together, without the details");
  });

  test("may be a fallback of another model", () => {
    assert.equal(startHarness({ tiers }).chain(), "a b c d");
  });

  test("is asked together with others if it wrote no details", () => {
    const messages = request.messages.map(({ role, content, model: author = "" }) => ({
      role,
      content,
      model: author,
    }));
    const plain = [tierOf(poolOf("abcdef"), { messages })];
    assert.equal(startHarness({ tiers: plain, order: ["b", "a", "c", "d"] }).chain(), "b a c d");
  });
});

describe("after a context window was too small", () => {
  const small = model("small", { contextLength: 8_000 });
  const middle = model("middle", { contextLength: 32_000 });
  const large = model("large", { contextLength: 128_000 });
  const other = model("other", { contextLength: 128_000 });

  test("only models with a larger one are asked, even after a smaller model failed", () => {
    const { fail, chain } = startHarness({ tiers: [tierOf([middle, small, large, other])] });
    fail("context-too-long", 32_000);
    assert.equal(chain(), "large other");
    fail("too-large", 8_000);
    assert.equal(chain(), "other");
  });

  test("the other models are asked if none is larger, since the error may be about that model only", () => {
    const { fail, chain } = startHarness({ tiers: [tierOf([large, other, small])] });
    fail("context-too-long", 128_000);
    assert.equal(chain(), "other small");
  });

  test("all other models are asked if its size is unknown", () => {
    const { fail, chain } = startHarness({ tiers: [tierOf([middle, small, large])] });
    fail("context-too-long");
    assert.equal(chain(), "small large");
  });
});

describe("models in two tiers", () => {
  const schema = { ...question, seed: 1 };
  const jsonMode = { ...question, seed: 2 };
  const tiers = [tierOf(poolOf("ab"), schema), tierOf(poolOf("cd"), jsonMode)];

  test("are tried tier by tier, never together in one chain", () => {
    const { nextAttempt, fail } = startHarness({ tiers, order: ["d", "b", "c", "a"] });
    assert.deepEqual(nextAttempt().plan, { chain: ["b", "a"], request: schema });
    fail();
    fail();
    assert.deepEqual(nextAttempt().plan, { chain: ["d", "c"], request: jsonMode });
  });

  test("come from the second tier before the first tier's models in cooldown", () => {
    const { nextAttempt } = startHarness({ tiers }, { estimated: { a: 60, b: 60 } });
    assert.deepEqual(nextAttempt().plan, { chain: ["c", "d"], request: jsonMode });
  });

  test("come from the first tier, the first cooldown to end first, if all models are in cooldown", () => {
    const { nextAttempt } = startHarness({ tiers }, { estimated: { a: 60, b: 40, c: 5, d: 6 } });
    assert.deepEqual(nextAttempt().plan, { chain: ["b", "a"], request: schema, isProbe: true });
  });
});

describe("models of several services", () => {
  const groq = ["groq::x", "groq::y"].map((id) => model(id));
  const tiers = [tierOf(poolOf("abcd")), tierOf(groq)];

  test("come after those of the others once two of their service have failed", () => {
    const { fail } = startHarness({ tiers, maxFallbacks: () => 0 });
    const asked = [1, 2, 3, 4, 5].map(() => fail("unavailable"));
    assert.deepEqual(asked, ["a", "b", "groq::x", "groq::y", "c"]);
  });

  test("keep the place that the user gave them", () => {
    const named = { ...tierOf(poolOf("abc")), isNamed: true } as const;
    const { fail } = startHarness({ tiers: [named, tierOf(groq)], maxFallbacks: () => 0 });
    const asked = [1, 2, 3, 4].map(() => fail("unavailable"));
    assert.deepEqual(asked, ["a", "b", "c", "groq::x"]);
  });

  test("stay before those that are not known to accept the request", () => {
    const unknown = { ...tierOf(groq), preference: "native-unknown" } as const;
    const { fail } = startHarness({ tiers: [tierOf(poolOf("abc")), unknown], maxFallbacks: () => 0 });
    const asked = [1, 2, 3, 4].map(() => fail("unavailable"));
    assert.deepEqual(asked, ["a", "b", "c", "groq::x"]);
  });
});

describe("a service that is loading a model", () => {
  const local = [tierOf(["ollama::x", "ollama::y"].map((id) => model(id)))];
  const loading = (clock: { now: () => number }) => ({ retryAt: clock.now() + 2_000 });

  test("is asked again, a little later each time, and not for ever", () => {
    const harness = startHarness({ tiers: local, maxFallbacks: () => 0 });
    const { clock } = harness;
    const seconds: number[] = [];
    for (;;) {
      harness.fail("server-loading", undefined, true, loading(clock));
      const choice = harness.next();
      if (choice.type !== "wait") break;
      assert.equal(choice.reason, "loading");
      seconds.push((choice.until - clock.now()) / 1_000);
      clock.set(choice.until);
      harness.endWait(choice);
    }
    assert.deepEqual(seconds, [2, 4, 8, ...Array.from({ length: 9 }, () => 15)]);
    assert.equal(harness.next().type, "exhausted");
  });

  test("does not keep a question from the others", () => {
    const { fail, clock, chain } = startHarness({ tiers: [...local, tierOf(poolOf("ab"))] });
    fail("server-loading", undefined, true, loading(clock));
    assert.equal(chain(), "a b");
  });

  test("is not waited for if it did not say that it will be ready", () => {
    const { fail, next } = startHarness({ tiers: local });
    fail("server-loading");
    assert.equal(next().type, "exhausted");
  });
});
