import assert from "node:assert/strict";
import { describe, test, type TestContext } from "node:test";
import { isRouterError, type CompletionRequest, type Router, type RouterEvent } from "../../../src/router/index";
import { leaseMs } from "../../../src/router/slots";
import { memoryStorage } from "../../../src/router/storage";
import { fakeClock } from "../../support/clock";
import { seededRandom } from "../../support/random";
import {
  answersThenHangs,
  answersWith,
  chunk,
  event,
  failsWith,
  fakeService,
  neverAnswers,
  streams,
  type FakeService,
  type Reply,
} from "./fakeService";
import { ids } from "./routerHarness";
import { question } from "./sampleModels";
import { fakeLlama, fakeOllama, llamaUse, ollamaUse, startLocal, tag } from "./services/localHarness";

const refuses =
  (status: number, message: string): Reply =>
  () =>
    Response.json({ error: { message, type: "api_error", param: null, code: null } }, { status });
const loading: Reply = () =>
  Response.json({ error: { code: 503, message: "Loading model", type: "unavailable_error" } }, { status: 503 });
const waits = (events: readonly RouterEvent[]) => events.filter((each) => each.type === "wait");
const notices = (events: readonly RouterEvent[]) => events.filter((each) => each.type === "notice");

/** Requests to the local address go to one fake, all others to OpenRouter's. */
const both =
  (local: FakeService, remote: FakeService): typeof fetch =>
  (input, init) =>
    (new URL(new Request(input).url).hostname === "127.0.0.1" ? local : remote).fetch(input, init);

function downOllama(): FakeService {
  const service = fakeOllama([]);
  service.endpoints = { tags: failsWith("ECONNREFUSED"), ps: failsWith("ECONNREFUSED") };
  return service;
}

describe("states of a local server", () => {
  test("an answer, without an account", async () => {
    const { ask, service } = startLocal(
      fakeOllama([tag("a")], { a: 8_192 }),
      ollamaUse,
      {},
      {
        apiKey: () => Promise.resolve(undefined),
      },
    );
    const outcome = await ask();
    assert.equal(outcome.text, "Hello");
    assert.equal(outcome.end?.model, "ollama::a");
    assert.equal(service.chats[0]?.body["model"], "a");
    assert.ok(service.urls.every((url) => url.startsWith("http://127.0.0.1:11434/")));
  });

  test("not running", async () => {
    const { error } = await startLocal(downOllama()).ask();
    assert.equal(error?.reason, "server-not-running");
    assert.equal(error.message, "Ollama is not running.");
  });

  test("not running: another service answers", async () => {
    const remote = fakeService(ids);
    const { ask } = startLocal(
      remote,
      ollamaUse,
      { serviceOrder: "local-first" },
      { fetch: both(downOllama(), remote) },
    );
    assert.equal((await ask()).text, "Hello");
  });

  test("a request that must stay on this computer goes nowhere else", async () => {
    const remote = fakeService(ids);
    const ollama = fakeOllama([tag("a")], { a: 8_192 });
    const { ask } = startLocal(
      remote,
      ollamaUse,
      { serviceOrder: "openrouter-first" },
      { fetch: both(ollama, remote) },
    );
    assert.equal((await ask({}, { ...question, onlyLocal: true })).end?.model, "ollama::a");
    assert.equal("onlyLocal" in (ollama.chats[0]?.body ?? {}), false);
    ollama.script(failsWith("ECONNREFUSED"));
    assert.equal((await ask({}, { ...question, onlyLocal: true })).error?.reason, "server-not-running");
    assert.deepEqual(remote.urls, []);
    await ask();
    assert.equal(remote.chats.length, 1);
  });

  test("stops between the list and the question", async () => {
    const ollama = fakeOllama([tag("a")], { a: 8_192 });
    ollama.script(failsWith("ECONNREFUSED"));
    const { ask, router } = startLocal(ollama);
    assert.equal((await ask()).error?.reason, "server-not-running");
    assert.equal(router.statistics().length, 0, "says nothing about the model");
  });

  test("out of memory: another model answers, and the first one rests", async () => {
    const ollama = fakeOllama([tag("a"), tag("b")]);
    ollama.script(
      refuses(500, "model runner has unexpectedly stopped, this may be due to resource limitations"),
      answersWith("Hello"),
    );
    const { ask } = startLocal(ollama);
    const { failed, text } = await ask();
    assert.deepEqual(failed, ["out-of-memory"]);
    assert.equal(text, "Hello");
    await ask();
    const asked = ollama.chats.map(({ body }) => body["model"]);
    assert.equal(asked[2], asked[1]);
  });

  test("not pulled: the message names the command", async () => {
    const ollama = fakeOllama([tag("a")]);
    ollama.script(refuses(404, "model 'a' not found"));
    const { error } = await startLocal(ollama).ask();
    assert.equal(error?.reason, "model-gone");
    assert.equal(error.message, "a is not installed in Ollama. Run: ollama pull a");
  });

  test("busy: another model answers", async () => {
    const ollama = fakeOllama([tag("a"), tag("b")]);
    ollama.script(
      refuses(503, "server busy, please try again.  maximum pending requests exceeded"),
      answersWith("Yes"),
    );
    const { failed, text } = await startLocal(ollama).ask();
    assert.deepEqual([failed, text], [["unavailable"], "Yes"]);
  });

  test("dies in mid-stream: the answer is not taken for complete", async () => {
    const ollama = fakeOllama([tag("a"), tag("b")]);
    const dead = event({ id: "1", model: "", choices: [{ index: 0, delta: { content: "" }, finish_reason: null }] });
    ollama.script(streams(chunk("a", { content: "Half" }), dead), answersWith("Whole"));
    const { failed, text } = await startLocal(ollama).ask({ restartAfterOutput: true });
    assert.deepEqual([failed, text], [["interrupted"], "Whole"]);
  });

  test("a request that is too long tells the window, which is remembered", async () => {
    const llama = fakeLlama();
    const inner = {
      code: 400,
      message: "exceeds",
      type: "exceed_context_size_error",
      n_prompt_tokens: 2500,
      n_ctx: 2048,
    };
    llama.script(() => Response.json({ error: inner }, { status: 400 }), answersWith("Hello"));
    const { ask, router } = startLocal(llama, llamaUse);
    assert.match((await ask()).error?.message ?? "", /2500 tokens.*2048/);
    const long: CompletionRequest = { messages: [{ role: "user", content: "x".repeat(9_000) }] };
    assert.equal((await router.explain(long)).pool.length, 0);
    assert.equal((await router.explain(question)).pool.length, 1);
  });

  test("a model that is silent for 30 seconds because it is loaded is waited for", async (context) => {
    context.mock.timers.enable({ apis: ["setTimeout"] });
    const ollama = fakeOllama([tag("a")]);
    ollama.script(neverAnswers);
    const { router } = startLocal(ollama, ollamaUse, {}, { now: () => 0 });
    const failures: unknown[] = [];
    const done = drain(router.complete(question)).catch((error: unknown) => failures.push(error));
    for (let index = 0; index < 50 && ollama.chats.length === 0; index++) await turn();
    assert.equal(ollama.chats.length, 1);
    await turn();
    context.mock.timers.tick(179_000);
    await turn();
    assert.equal(failures.length, 0);
    context.mock.timers.tick(2_000);
    for (let index = 0; index < 50; index++) {
      await turn();
      context.mock.timers.tick(1_000);
    }
    await done;
    const [error] = failures;
    assert.ok(isRouterError(error));
    assert.deepEqual([error.reason, error.message], ["server-loading", "Ollama is still loading a."]);
    assert.equal(router.statistics().length, 0, "says nothing about the model");
  });
});

test("a local model goes on when Only local ends a stream from beyond", async () => {
  const [ollama, remote] = [fakeOllama([tag("a")], { a: 8_192 }), fakeService(ids)];
  const refusal = Object.assign(new Error("Only local is on."), { code: "ERR_NOT_LOCAL", host: "openrouter.ai" });
  remote.script(streams(chunk("m/a:free", { content: "Half" }), refusal));
  const { ask } = startLocal(remote, ollamaUse, { serviceOrder: "openrouter-first" }, { fetch: both(ollama, remote) });
  const { failed, text, end } = await ask({ restartAfterOutput: true });
  assert.deepEqual([failed, text, end?.model], [["not-local"], "Hello", "ollama::a"]);
});

describe("a model that is not in memory", () => {
  const loads = (events: readonly RouterEvent[]) =>
    waits(events).map(({ reason, model, until: end }) => [reason, model, end - fakeClock().now()]);

  test("is reported as loading once its attempt has started", async () => {
    const { events, text } = await startLocal(fakeOllama([tag("a")])).ask();
    assert.deepEqual(loads(events), [["loading", "ollama::a", 180_000]]);
    assert.deepEqual(
      events.slice(0, 2).map(({ type }) => type),
      ["attempt-start", "wait"],
    );
    assert.equal(text, "Hello");
  });

  test("nothing is reported of one that is, or of a service that does not tell", async () => {
    assert.deepEqual(waits((await startLocal(fakeOllama([tag("a")], { a: 8_192 })).ask()).events), []);
    assert.deepEqual(
      waits((await startLocal(fakeService(ids), ollamaUse, { serviceOrder: "openrouter-first" }).ask()).events),
      [],
    );
  });

  test("is asked only after one that is in memory", async () => {
    for (let seed = 0; seed < 8; seed++) {
      const ollama = fakeOllama([tag("a"), tag("b"), tag("c")], { b: 8_192 });
      const { end } = await startLocal(ollama, ollamaUse, {}, { random: seededRandom(seed) }).ask();
      assert.equal(end?.model, "ollama::b");
    }
  });
});

describe("an Ollama that is loading", () => {
  test("is asked again until it answers, which is no attempt", async () => {
    const ollama = fakeOllama([tag("a")], { a: 8_192 });
    const still = refuses(503, "llm server loading model");
    ollama.script(still, still, still, still, still, answersWith("Hello"));
    const { events, text, end } = await startLocal(ollama, ollamaUse, { maxAttempts: 2 }).ask();
    assert.equal(text, "Hello");
    assert.deepEqual(
      waits(events).map(({ reason }) => reason),
      ["loading", "loading", "loading", "loading", "loading"],
    );
    assert.equal(end?.attempts, 6);
  });

  test("another service answers at once", async () => {
    const [ollama, remote] = [fakeOllama([tag("a")], { a: 8_192 }), fakeService(ids)];
    ollama.script(refuses(503, "llm server loading model"));
    const { ask } = startLocal(remote, ollamaUse, { serviceOrder: "local-first" }, { fetch: both(ollama, remote) });
    const { events, text } = await ask();
    assert.deepEqual([waits(events), text, ollama.chats.length], [[], "Hello", 1]);
    await ask();
    assert.equal(ollama.chats.length, 1, "also in the next question");
  });
});

describe("a llama.cpp that is loading", () => {
  test("the question waits, then is answered", async () => {
    let checks = 0;
    const llama = fakeLlama((connection) => (++checks < 3 ? loading(connection) : Response.json({ status: "ok" })));
    const { events, text } = await startLocal(llama, llamaUse).ask();
    assert.deepEqual(
      waits(events).map(({ reason }) => reason),
      ["loading"],
    );
    assert.equal(text, "Hello");
  });

  test("the question waits also if not even its models are listed", async () => {
    const llama = fakeLlama();
    const list = llama.endpoints["models"];
    assert.ok(list);
    let lists = 0;
    llama.endpoints["models"] = (connection) => (++lists < 2 ? loading(connection) : list(connection));
    const { events, text } = await startLocal(llama, llamaUse).ask();
    assert.deepEqual(
      waits(events).map(({ reason, model }) => [reason, model]),
      [["loading", undefined]],
    );
    assert.deepEqual([text, llama.chats.length], ["Hello", 1]);
  });

  test("stopping ends that wait, and after three minutes it fails", async () => {
    const llama = fakeLlama();
    llama.endpoints["models"] = loading;
    const { router, ask } = startLocal(llama, llamaUse);
    const controller = new AbortController();
    const seen: RouterEvent[] = [];
    const stopped = drain(router.complete(question, { signal: controller.signal }), seen);
    await until(() => seen.length > 0);
    controller.abort();
    await assert.rejects(stopped, { reason: "aborted" });
    assert.equal((await ask()).error?.reason, "server-loading");
  });

  test("another service answers although the models are not listed", async () => {
    const [llama, remote] = [fakeLlama(), fakeService(ids)];
    llama.endpoints["models"] = loading;
    const { ask } = startLocal(remote, llamaUse, { serviceOrder: "local-first" }, { fetch: both(llama, remote) });
    const { events, text } = await ask();
    assert.deepEqual([waits(events), text], [[], "Hello"]);
  });

  test("after three minutes it fails, and nothing was sent", async () => {
    const llama = fakeLlama(loading);
    const { error, events } = await startLocal(llama, llamaUse).ask();
    assert.equal(error?.reason, "server-loading");
    assert.equal(waits(events).length, 1);
    assert.equal(llama.chats.length, 0);
  });

  test("another service answers at once", async () => {
    const [llama, remote] = [fakeLlama(loading), fakeService(ids)];
    const { ask } = startLocal(remote, llamaUse, { serviceOrder: "local-first" }, { fetch: both(llama, remote) });
    const { events, text } = await ask();
    assert.deepEqual(waits(events), []);
    assert.equal(text, "Hello");
  });
});

describe("what Ollama truncates", () => {
  const long: CompletionRequest = { messages: [{ role: "user", content: "x".repeat(27_000) }] };
  const usage = event({ choices: [], usage: { prompt_tokens: 3021, completion_tokens: 2, total_tokens: 3023 } });
  const cut: Reply = streams(chunk("a", { content: "Hi" }), chunk("a", {}, "stop"), usage, event("[DONE]"));

  test("a notice says so, and the next question does not go there", async () => {
    const ollama = fakeOllama([tag("a")], { a: 32_768 });
    ollama.script(cut);
    const { ask, clock } = startLocal(ollama);
    const first = await ask({}, long);
    assert.deepEqual(
      notices(first.events).map((each) => [each.notice, "model" in each && each.model]),
      [["truncated", "ollama::a"]],
    );
    assert.equal(first.text, "Hi");
    clock.advance(60_000);
    const second = await ask({}, long);
    assert.equal(second.error?.reason, "context-too-long");
    assert.equal(ollama.chats.length, 1);
  });

  test("the window that a model was loaded with is remembered after it is unloaded", async () => {
    const ollama = fakeOllama([tag("a")]);
    ollama.script((connection) => {
      ollama.windows["a"] = 32_768;
      return answersWith("Hello")(connection);
    });
    const { ask, router, clock } = startLocal(ollama);
    assert.equal((await router.explain(long)).pool.length, 0, "4096 is assumed");
    assert.deepEqual(notices((await ask()).events), []);
    delete ollama.windows["a"];
    clock.advance(60_000);
    assert.equal((await router.explain(long)).pool.length, 1);
  });

  test("a model that was pulled anew is another one", async () => {
    const row = tag("a");
    const ollama = fakeOllama([row], { a: 32_768 });
    ollama.script(cut);
    const { ask, router, clock } = startLocal(ollama);
    await ask({}, long);
    row["digest"] = "another-digest";
    clock.advance(60_000);
    assert.equal((await router.explain(long)).pool.length, 1);
  });

  test("a window of 4096 tokens has room for a question", async () =>
    assert.equal((await startLocal(fakeOllama([tag("a")])).ask()).text, "Hello"));
});

describe("one request at a time", () => {
  /** Two windows, and an Ollama that answers when the test says so. */
  function twoWindows(context: TestContext) {
    const ollama = fakeOllama([tag("a")], { a: 8_192 });
    const answers: (() => void)[] = [];
    ollama.script(async (connection) => {
      await new Promise<void>((resolve) => answers.push(resolve));
      return answersWith("Hello")(connection);
    });
    const { signal } = stopAfter(context);
    const shared = { storage: memoryStorage(), clock: fakeClock() };
    return {
      ollama,
      answers,
      windows: [1, 2].map(() => startLocal(ollama, ollamaUse, {}, shared).router),
      signal,
      ...shared,
    };
  }

  test("a second window waits, says so, and is answered then", async (context) => {
    const { ollama, answers, windows, signal } = twoWindows(context);
    const first = drain(ask(windows[0], signal));
    await until(() => answers.length === 1);
    const seen: RouterEvent[] = [];
    const second = drain(ask(windows[1], signal), seen);
    await until(() => seen.length > 0);
    assert.deepEqual(
      seen.map((each) => each.type === "wait" && each.reason),
      ["queue"],
    );
    await new Promise((resolve) => setTimeout(resolve, 400));
    assert.equal(ollama.chats.length, 1);
    answers[0]?.();
    await first;
    await until(() => answers.length === 2);
    answers[1]?.();
    const events = await second;
    assert.equal(events.at(-1)?.type, "completion-end");
    assert.equal(events.filter(({ type }) => type === "attempt-fail").length, 0, "a queue is no silence");
  });

  test("questions of one window are answered in their order", async (context) => {
    const { ollama, answers, windows, signal } = twoWindows(context);
    const askFor = (text: string) => drain(ask(windows[0], signal, text));
    const asked = [askFor("one")];
    await until(() => answers.length === 1);
    asked.push(askFor("two"));
    await turn();
    asked.push(askFor("three"));
    for (let index = 0; index < 3; index++) {
      await until(() => answers.length === index + 1);
      answers[index]?.();
    }
    await Promise.all(asked);
    assert.deepEqual(
      ollama.chats.map(({ body }) => (body["messages"] as { content: string }[])[0]?.content),
      ["one", "two", "three"],
    );
  });

  test("a window that died does not block the others for longer than its lease", async (context) => {
    const { answers, windows, storage, clock, signal } = twoWindows(context);
    const lease = { id: "dead", until: clock.now() + leaseMs };
    await storage.update("slots", () => JSON.stringify({ [ollamaUse.baseUrl]: [lease] }));
    const seen: RouterEvent[] = [];
    const asked = drain(ask(windows[0], signal), seen);
    await until(() => seen.length > 0);
    assert.equal(answers.length, 0);
    clock.advance(leaseMs);
    await until(() => answers.length === 1);
    answers[0]?.();
    await asked;
  });

  test("who is stopped while waiting leaves the queue", async (context) => {
    const { answers, windows, signal } = twoWindows(context);
    const first = drain(ask(windows[0], signal));
    await until(() => answers.length === 1);
    const controller = new AbortController();
    const seen: RouterEvent[] = [];
    const stopped = drain(ask(windows[0], controller.signal), seen);
    await until(() => seen.length > 0);
    controller.abort();
    await assert.rejects(stopped, { reason: "aborted" });
    const third = drain(ask(windows[0], signal));
    answers[0]?.();
    await first;
    await until(() => answers.length === 2);
    answers[1]?.();
    await third;
  });

  test("llama.cpp with two slots answers two at a time", async (context) => {
    const { signal } = stopAfter(context);
    const llama = fakeLlama(undefined, 2);
    const answers: (() => void)[] = [];
    llama.script(async (connection) => {
      await new Promise<void>((resolve) => answers.push(resolve));
      return answersWith("Hello")(connection);
    });
    const { router } = startLocal(llama, llamaUse);
    const asked = [1, 2, 3].map(() => drain(ask(router, signal)));
    await until(() => answers.length === 2);
    await new Promise((resolve) => setTimeout(resolve, 400));
    assert.equal(answers.length, 2);
    answers[0]?.();
    await until(() => answers.length === 3);
    for (const answer of answers) answer();
    await Promise.all(asked);
  });
});

describe("cancelling", () => {
  test("closes the connection, which stops the generation, and frees the slot", async () => {
    const ollama = fakeOllama([tag("a")], { a: 8_192 });
    ollama.script(answersThenHangs("Half"), answersWith("Whole"));
    const { router, ask } = startLocal(ollama);
    const controller = new AbortController();
    const seen: RouterEvent[] = [];
    const stopped = drain(router.complete(question, { signal: controller.signal }), seen);
    await until(() => seen.some(({ type }) => type === "text-delta"));
    assert.equal(ollama.chats[0]?.open, true);
    controller.abort();
    await assert.rejects(stopped, { reason: "aborted" });
    assert.equal(ollama.chats[0].open, false);
    const { events, text } = await ask();
    assert.deepEqual([waits(events), text], [[], "Whole"]);
  });

  test("so does a caller that stops reading", async () => {
    const ollama = fakeOllama([tag("a")], { a: 8_192 });
    ollama.script(answersThenHangs("Half"), answersWith("Whole"));
    const { router, ask } = startLocal(ollama);
    for await (const each of router.complete(question)) if (each.type === "text-delta") break;
    await turn();
    assert.equal(ollama.chats[0]?.open, false);
    const { events, text } = await ask();
    assert.deepEqual([waits(events), text], [[], "Whole"]);
  });
});

/** Ends what a failed test leaves waiting. */
function stopAfter(context: TestContext): AbortController {
  const controller = new AbortController();
  context.after(() => controller.abort());
  return controller;
}

function ask(router: Router | undefined, signal: AbortSignal, content = "Hello?"): AsyncIterable<RouterEvent> {
  assert.ok(router);
  return router.complete({ messages: [{ role: "user", content }] }, { signal });
}

async function drain(events: AsyncIterable<RouterEvent>, seen: RouterEvent[] = []): Promise<RouterEvent[]> {
  for await (const each of events) seen.push(each);
  return seen;
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Waits for what happens without the clock, ten seconds at most. */
async function until(isDone: () => boolean): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!isDone()) {
    assert.ok(performance.now() < deadline, "did not happen in time");
    await turn();
  }
}
