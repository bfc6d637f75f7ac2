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
import { ask, chunks, gemma, glm, question, said } from "./openRouterClient";

/** How a body ended for the client: whole, in the middle of the connection, or never. */
type End = "whole" | "broken" | "silent";

/** Reads a body to its end; where it goes silent, until `enough` has come, and then hangs up. */
async function read(response: Response, enough: RegExp): Promise<{ body: string; end: End }> {
  let body = "";
  try {
    const decoder = new TextDecoder();
    for await (const bytes of response.body ?? []) {
      body += decoder.decode(bytes, { stream: true });
      if (enough.test(body)) return { body, end: "silent" };
    }
    return { body, end: "whole" };
  } catch {
    return { body, end: "broken" };
  }
}

const never = /(?!)/;
const finished = /"finish_reason":"[a-z_]+"/;

/** Behind status 200: what the body shows, and how it ends. For silence: what has come before. */
const streams: [name: FaultName, shows: RegExp, end: End, hides?: RegExp][] = [
  ["200-html", /Wi-Fi/, "whole"],
  ["200-empty-body", /^$/, "whole"],
  ["200-error-body", /^\{"error":\{"code":502/, "whole"],
  ["200-error-body-as-stream", /^\{"error":\{"code":502/, "whole"],
  ["200-error-body-spaced", /^\n\n {3}\n\{"error":\{"code":502/, "whole"],
  ["200-error-body-untyped", /^\{"error":\{"code":502/, "whole"],
  ["error-first", /^(: OPENROUTER PROCESSING\n\n){3}data: .*"error":\{"code":502.*"choices":\[\]/, "whole"],
  ["error-after-reasoning", /"reasoning":"Let".*"finish_reason":"error"/s, "whole", /\[DONE\]/],
  ["error-after-text", /"content":"You".*"finish_reason":"error"/s, "whole", /\[DONE\]/],
  ["error-string-code", /"code":"server_error"/, "whole"],
  ["error-null-finish", /"finish_reason":"length".*"code":400.*"finish_reason":null.*\[DONE\]/s, "whole"],
  ["comments-forever", /(: OPENROUTER PROCESSING\n\n){3}/, "silent", /data:/],
  ["empty-deltas-forever", /("content":"".*){3}/s, "silent", finished],
  ["stall", /"content":" sky"/, "silent", finished],
  ["stall-with-comments", /"content":" sky".*(: OPENROUTER PROCESSING\n\n){3}/s, "silent", finished],
  ["reset-before-content", /^: OPENROUTER PROCESSING\n\n$/, "broken"],
  ["reset-midway", /"content":" sky"/, "broken", finished],
  ["cut-before-content", /"content":""/, "whole", finished],
  ["cut-midway", /"content":" sky"/, "whole", finished],
  ["stall-after-finish", finished, "silent", /"usage"/],
  ["no-done", finished, "whole", /\[DONE\]/],
  ["empty", finished, "whole", /"content":"[^"]/],
  ["reasoning-only", /"reasoning":"I/, "whole", /"content":"[^"]/],
  ["length-reasoning-only", /"finish_reason":"length"/, "whole", /"content":"[^"]/],
  ["length", /"content":"You".*"finish_reason":"length"/s, "whole"],
  ["content-filter", /"finish_reason":"content_filter"/, "whole"],
  ["no-choices", /"chat\.completion\.chunk"\}/, "whole", /choices/],
  ["bad-json-chunk", /"choices":\[\{"del\n\n.*\[DONE\]/s, "whole"],
  ["garbage", /<<<>>>/, "whole", /data:/],
  ["data-comment", /data: : OPENROUTER PROCESSING\n\n.*\[DONE\]/s, "whole"],
  ["usage-without-choices", /"choices":\[\],"usage"/, "whole"],
  ["think-tags", /"content":"<th"/, "whole"],
  ["think-tag-unclosed", /"content":"<th"/, "whole", /<\/t/],
  ["tool-broken-json", /"arguments":"\{\\"a\\": 1, \\"/, "whole"],
  ["tool-not-an-object", /"arguments":"no argument/, "whole"],
  ["tool-trailing-space", /"arguments":" \\n {2}"/, "whole"],
  ["tool-unknown-name", /a_tool_that_was_not_offered/, "whole"],
  ["tool-as-text", /<tool_cal/, "whole", /"tool_calls"/],
  ["schema-mismatch", /"content":"\{\\"unexpec"/, "whole"],
  ["schema-not-json", /Sure!/, "whole"],
  ["schema-fenced", /```json/, "whole"],
  ["charged", /"cost":0\.0123/, "whole"],
  ["other-name", /"model":"somebody\/else-20260101"/, "whole"],
];

/** Those that end before there is a body. */
const bodiless = new Set<FaultName>([
  "silent-before-headers",
  "silent-after-headers",
  "reset-before-headers",
  "407-proxy",
  "307-redirect",
]);
const pages = new Set<FaultName>(["502-html", "524-edge"]);

describe("every fault is on the wire what its name says", () => {
  for (const [name, shows, end, hides = never] of streams)
    test(name, async () => {
      await using simulator = await startOpenRouter();
      simulator.script(name);
      const response = await ask(simulator);
      const got = await read(response, end === "silent" ? shows : never);
      assert.deepEqual([response.status, got.end], [200, end]);
      assert.match(got.body, shows);
      assert.doesNotMatch(got.body, hides);
      const outcome = { whole: "finished", broken: "broken-on-purpose", silent: "closed-by-client" }[end];
      assert.equal(await simulator.chatRequests[0]?.ended, outcome);
    });

  const listed = new Set(streams.map(([name]) => name));
  const refusals = faultNames.filter((name) => !listed.has(name) && !bodiless.has(name));
  for (const name of refusals)
    test(name, async () => {
      await using simulator = await startOpenRouter();
      simulator.script(name);
      const response = await ask(simulator);
      const body = await response.text();
      assert.equal(response.status, Number(name.slice(0, 3)));
      if (pages.has(name)) assert.match(body, /^<!DOCTYPE html>/);
      else assert.equal((JSON.parse(body) as { error: { code: number } }).error.code, response.status);
    });

  test("silence before and after the headers lasts until the client leaves", async () => {
    await using simulator = await startOpenRouter();
    const leave = new AbortController();
    simulator.script("silent-before-headers", "silent-after-headers");
    const first = ask(simulator, question(), { signal: leave.signal });
    const chat = await simulator.chatRequest(1);
    leave.abort();
    await assert.rejects(first, { name: "AbortError" });
    assert.equal(await chat.ended, "closed-by-client");
    const second = await ask(simulator);
    assert.equal(second.status, 200);
    await second.body?.cancel();
    assert.equal(await simulator.chatRequests[1]?.ended, "closed-by-client");
  });

  test("a dead socket instead of headers, a proxy, a redirect", async () => {
    await using simulator = await startOpenRouter();
    simulator.script("reset-before-headers", "307-redirect");
    await assert.rejects(ask(simulator), /fetch failed/);
    const redirect = await ask(simulator);
    assert.deepEqual([redirect.status, redirect.headers.get("location")], [307, "/elsewhere/chat/completions"]);
    simulator.script("407-proxy");
    await assert.rejects(ask(simulator), /fetch failed/); // fetch has no words for a proxy behind no proxy
    assert.equal(simulator.chatRequests[2]?.status, 407);
  });

  test("wishes change a fault: Retry-After, a tier, how much comes before", async () => {
    await using simulator = await startOpenRouter();
    simulator.script(
      { fault: "429-upstream", retryAfter: 7 },
      { fault: "429-day", limit: 1000 },
      { fault: "cut-midway", after: 2 },
    );
    assert.equal((await ask(simulator)).headers.get("retry-after"), "7");
    assert.match(await (await ask(simulator)).text(), /high-balance/);
    assert.equal(said(await (await ask(simulator)).text()).text, "You asked:");
  });

  test("a stall goes on when the test lets go", async () => {
    await using simulator = await startOpenRouter();
    simulator.script({ fault: "stall", after: 3 });
    const response = await ask(simulator);
    simulator.release();
    const { text, finish } = said(await response.text());
    assert.match(text, /^You asked: “Why is the sky blue\?”/);
    assert.deepEqual(finish, ["stop", "stop"]);
  });
});

describe("plans", () => {
  const statuses = async (simulator: OpenRouter, ...models: string[]): Promise<number[]> => {
    const all: number[] = [];
    for (const model of models) all.push((await ask(simulator, question({ model, stream: false }))).status);
    return all;
  };

  test("are taken in order, one for each request", async () => {
    await using simulator = await startOpenRouter();
    simulator.script("500-internal", "ok", { answer: { text: "word for word" } });
    assert.deepEqual(await statuses(simulator, gemma, gemma), [500, 200]);
    assert.equal(said(await (await ask(simulator)).text()).text, "word for word");
  });

  test("stay with a model: for some times, for some time, until it is cured", async () => {
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

  test("by chance: the same seed the same weather, and 429s that stay with their model", async () => {
    await using simulator = await startOpenRouter();
    const day = async (seed: number) => {
      simulator.reset();
      simulator.setFaultMix({ rates: typicalFaultRates, seed });
      const asked = Array.from({ length: 60 }, () =>
        ask(simulator, question({ stream: false })).then((each) => each.body?.cancel()),
      );
      await Promise.all(asked);
      return simulator.chatRequests.map((each) => each.fault ?? "ok");
    };
    const monday = await day(1);
    assert.deepEqual(await day(1), monday);
    assert.notDeepEqual(await day(2), monday);
    const busy = monday.filter((each) => each === "429-upstream").length;
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

  test("a recording goes out as it is", async () => {
    await using simulator = await startOpenRouter();
    const recording: Step = {
      reply: { headers: { "content-type": "text/event-stream" }, body: ['data: {"a"', ":1}\r\n\r\n"] },
    };
    simulator.script(recording);
    const text = await (await ask(simulator)).text();
    assert.deepEqual([text, chunks(text)], ['data: {"a":1}\r\n\r\n', [{ a: 1 }]]);
  });
});
