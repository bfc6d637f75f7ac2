import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  type FaultName,
  faultNames,
  type OpenRouter,
  startOpenRouter,
  type Step,
  typicalFaultRates,
} from "../../support/openRouter";
import { ask, chunks, gemma, glm, question, contentOf } from "./openRouterClient";

/** How a body ends for the client: completely, with an error, or not at all. */
type End = "complete" | "broken" | "silent";

/** Reads a body to its end, or until its text matches `until`. */
async function read(response: Response, until: RegExp): Promise<{ body: string; end: End }> {
  let body = "";
  try {
    const decoder = new TextDecoder();
    for await (const bytes of response.body ?? []) {
      body += decoder.decode(bytes, { stream: true });
      if (until.test(body)) return { body, end: "silent" };
    }
    return { body, end: "complete" };
  } catch {
    return { body, end: "broken" };
  }
}

const never = /(?!)/;
const finishReason = /"finish_reason":"[a-z_]+"/;

/** Faults with status 200: text in the body, how the body ends, and text that is missing. */
const streams: [name: FaultName, includes: RegExp, end: End, excludes?: RegExp][] = [
  ["200-html", /Wi-Fi/, "complete"],
  ["200-empty-body", /^$/, "complete"],
  ["200-error-body", /^\{"error":\{"code":502/, "complete"],
  ["200-error-body-as-stream", /^\{"error":\{"code":502/, "complete"],
  ["200-error-body-spaced", /^\n\n {3}\n\{"error":\{"code":502/, "complete"],
  ["200-error-body-untyped", /^\{"error":\{"code":502/, "complete"],
  ["error-first", /^(: OPENROUTER PROCESSING\n\n){3}data: .*"error":\{"code":502.*"choices":\[\]/, "complete"],
  ["error-after-reasoning", /"reasoning":"Let".*"finish_reason":"error"/s, "complete", /\[DONE\]/],
  ["error-after-text", /"content":"You".*"finish_reason":"error"/s, "complete", /\[DONE\]/],
  ["error-string-code", /"code":"server_error"/, "complete"],
  ["error-null-finish", /"finish_reason":"length".*"code":400.*"finish_reason":null.*\[DONE\]/s, "complete"],
  ["comments-forever", /(: OPENROUTER PROCESSING\n\n){3}/, "silent", /data:/],
  ["empty-deltas-forever", /("content":"".*){3}/s, "silent", finishReason],
  ["stall", /"content":" sky"/, "silent", finishReason],
  ["stall-with-comments", /"content":" sky".*(: OPENROUTER PROCESSING\n\n){3}/s, "silent", finishReason],
  ["reset-before-content", /^: OPENROUTER PROCESSING\n\n$/, "broken"],
  ["reset-midway", /"content":" sky"/, "broken", finishReason],
  ["cut-before-content", /"content":""/, "complete", finishReason],
  ["cut-midway", /"content":" sky"/, "complete", finishReason],
  ["stall-after-finish", finishReason, "silent", /"usage"/],
  ["no-done", finishReason, "complete", /\[DONE\]/],
  ["empty", finishReason, "complete", /"content":"[^"]/],
  ["reasoning-only", /"reasoning":"I/, "complete", /"content":"[^"]/],
  ["length-reasoning-only", /"finish_reason":"length"/, "complete", /"content":"[^"]/],
  ["length", /"content":"You".*"finish_reason":"length"/s, "complete"],
  ["content-filter", /"finish_reason":"content_filter"/, "complete"],
  ["no-choices", /"chat\.completion\.chunk"\}/, "complete", /choices/],
  ["bad-json-chunk", /"choices":\[\{"del\n\n.*\[DONE\]/s, "complete"],
  ["garbage", /<<<>>>/, "complete", /data:/],
  ["data-comment", /data: : OPENROUTER PROCESSING\n\n.*\[DONE\]/s, "complete"],
  ["usage-without-choices", /"choices":\[\],"usage"/, "complete"],
  ["think-tags", /"content":"<th"/, "complete"],
  ["think-tag-unclosed", /"content":"<th"/, "complete", /<\/t/],
  ["tool-broken-json", /"arguments":"\{\\"a\\": 1, \\"/, "complete"],
  ["tool-not-an-object", /"arguments":"no argument/, "complete"],
  ["tool-trailing-space", /"arguments":" \\n {2}"/, "complete"],
  ["tool-unknown-name", /a_tool_that_was_not_offered/, "complete"],
  ["tool-as-text", /<tool_cal/, "complete", /"tool_calls"/],
  ["schema-mismatch", /"content":"\{\\"unexpec"/, "complete"],
  ["schema-not-json", /Sure!/, "complete"],
  ["schema-fenced", /```json/, "complete"],
  ["charged", /"cost":0\.0123/, "complete"],
  ["other-name", /"model":"somebody\/else-20260101"/, "complete"],
];

/** Faults without a body. */
const bodiless = new Set<FaultName>([
  "silent-before-headers",
  "silent-after-headers",
  "reset-before-headers",
  "407-proxy",
  "307-redirect",
]);
const pages = new Set<FaultName>(["502-html", "524-edge"]);

describe("simulated faults", () => {
  for (const [name, includes, end, excludes = never] of streams)
    test(`include ${name}`, async () => {
      await using simulator = await startOpenRouter();
      simulator.script(name);
      const response = await ask(simulator);
      const result = await read(response, end === "silent" ? includes : never);
      assert.deepEqual([response.status, result.end], [200, end]);
      assert.match(result.body, includes);
      assert.doesNotMatch(result.body, excludes);
      const outcome = { complete: "finished", broken: "broken-on-purpose", silent: "closed-by-client" }[end];
      assert.equal(await simulator.chatRequests[0]?.ended, outcome);
    });

  const listed = new Set(streams.map(([name]) => name));
  const refusals = faultNames.filter((name) => !listed.has(name) && !bodiless.has(name));
  for (const name of refusals)
    test(`include ${name}`, async () => {
      await using simulator = await startOpenRouter();
      simulator.script(name);
      const response = await ask(simulator);
      const body = await response.text();
      assert.equal(response.status, Number(name.slice(0, 3)));
      if (pages.has(name)) assert.match(body, /^<!DOCTYPE html>/);
      else assert.equal((JSON.parse(body) as { error: { code: number } }).error.code, response.status);
    });

  test("with silence last until the client disconnects", async () => {
    await using simulator = await startOpenRouter();
    const abort = new AbortController();
    simulator.script("silent-before-headers", "silent-after-headers");
    const first = ask(simulator, question(), { signal: abort.signal });
    const request = await simulator.chatRequest(1);
    abort.abort();
    await assert.rejects(first, { name: "AbortError" });
    assert.equal(await request.ended, "closed-by-client");
    const second = await ask(simulator);
    assert.equal(second.status, 200);
    await second.body?.cancel();
    assert.equal(await simulator.chatRequests[1]?.ended, "closed-by-client");
  });

  test("include a reset, a redirect and a proxy error", async () => {
    await using simulator = await startOpenRouter();
    simulator.script("reset-before-headers", "307-redirect");
    await assert.rejects(ask(simulator), /fetch failed/);
    const redirect = await ask(simulator);
    assert.deepEqual([redirect.status, redirect.headers.get("location")], [307, "/elsewhere/chat/completions"]);
    simulator.script("407-proxy");
    await assert.rejects(ask(simulator), /fetch failed/); // fetch rejects a 407 without a proxy
    assert.equal(simulator.chatRequests[2]?.status, 407);
  });

  test("have options for Retry-After, the daily limit and the number of deltas before the fault", async () => {
    await using simulator = await startOpenRouter();
    simulator.script(
      { fault: "429-upstream", retryAfter: 7 },
      { fault: "429-day", limit: 1000 },
      { fault: "cut-midway", after: 2 },
    );
    assert.equal((await ask(simulator)).headers.get("retry-after"), "7");
    assert.match(await (await ask(simulator)).text(), /high-balance/);
    assert.equal(contentOf(await (await ask(simulator)).text()).text, "You asked:");
  });

  test("end a stall when the test releases it", async () => {
    await using simulator = await startOpenRouter();
    simulator.script({ fault: "stall", after: 3 });
    const response = await ask(simulator);
    simulator.release();
    const { text, finishReasons } = contentOf(await response.text());
    assert.match(text, /^You asked: “Why is the sky blue\?”/);
    assert.deepEqual(finishReasons, ["stop", "stop"]);
  });
});

describe("scripted steps", () => {
  const statuses = async (simulator: OpenRouter, ...models: string[]): Promise<number[]> => {
    const results: number[] = [];
    for (const model of models) results.push((await ask(simulator, question({ model, stream: false }))).status);
    return results;
  };

  test("apply in order, one per request", async () => {
    await using simulator = await startOpenRouter();
    simulator.script("500-internal", "ok", { answer: { text: "scripted text" } });
    assert.deepEqual(await statuses(simulator, gemma, gemma), [500, 200]);
    assert.equal(contentOf(await (await ask(simulator)).text()).text, "scripted text");
  });

  test("can persist for a number of requests, for a period or until they are cleared", async () => {
    let now = Date.UTC(2026, 7, 22);
    await using simulator = await startOpenRouter({ now: () => now });
    simulator.addPersistentStep({ step: "429-upstream", model: gemma, times: 2 });
    assert.deepEqual(await statuses(simulator, gemma, glm, gemma, gemma), [429, 200, 429, 200]);
    simulator.addPersistentStep({ step: "502-bad-gateway", model: glm, forMs: 1000 });
    assert.deepEqual(await statuses(simulator, glm, glm, gemma), [502, 502, 200]);
    now += 1001;
    assert.deepEqual(await statuses(simulator, glm), [200]);
    simulator.addPersistentStep({ step: "404-privacy" });
    assert.deepEqual(await statuses(simulator, glm, gemma), [404, 404]);
    simulator.clearPersistentSteps();
    assert.deepEqual(await statuses(simulator, glm), [200]);
  });

  test("can be random but reproducible, with 429s that persist for a model", async () => {
    await using simulator = await startOpenRouter();
    const faultsWith = async (seed: number) => {
      simulator.reset();
      simulator.setFaultMix({ rates: typicalFaultRates, seed });
      const requests = Array.from({ length: 60 }, () =>
        ask(simulator, question({ stream: false })).then((each) => each.body?.cancel()),
      );
      await Promise.all(requests);
      return simulator.chatRequests.map((each) => each.fault ?? "ok");
    };
    const faults = await faultsWith(1);
    assert.deepEqual(await faultsWith(1), faults);
    assert.notDeepEqual(await faultsWith(2), faults);
    const busy = faults.filter((each) => each === "429-upstream").length;
    assert.ok(busy > 8 && busy < 30, `${busy} of 60 busy`);

    simulator.setFaultMix({ rates: { "429-upstream": 1 }, stickyFor: { "429-upstream": 2 } });
    simulator.setFaultMix({ rates: { "429-upstream": 0.5 }, stickyFor: { "429-upstream": 5 }, seed: 3 });
    const runs =
      (await statuses(simulator, ...Array.from({ length: 40 }, () => gemma))).join(" ").match(/(429 ?)+/g) ?? [];
    assert.ok(
      runs.length > 1 && runs.every((run) => run.trim().split(" ").length >= 5 || run.endsWith("429")),
      runs.join(),
    );
  });

  test("can replay a recording unchanged", async () => {
    await using simulator = await startOpenRouter();
    const recording: Step = {
      reply: { headers: { "content-type": "text/event-stream" }, body: ['data: {"a"', ":1}\r\n\r\n"] },
    };
    simulator.script(recording);
    const text = await (await ask(simulator)).text();
    assert.deepEqual([text, chunks(text)], ['data: {"a":1}\r\n\r\n', [{ a: 1 }]]);
  });
});
