import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createCatalogue, type CatalogueCache, type CatalogueSource } from "../../../src/router/catalogue";
import { isRouterError } from "../../../src/router/errors";
import { openRouter } from "../../../src/router/services/openrouter/openrouter";
import { defaultSettings } from "../../../src/router/settings";
import { memoryStorage, type RouterStorage } from "../../../src/router/storage";
import { fakeClock, type FakeClock } from "../../support/clock";
import { logLines } from "../../support/logLines";
import { row } from "./sampleModels";

const minute = 60_000;
const hour = 60 * minute;
const sourceAt = (baseUrl: string): CatalogueSource => ({ service: openRouter, access: { baseUrl, key: "" } });
const source = sourceAt(defaultSettings.baseUrl);
const otherSource = sourceAt("https://mirror.example/v1");

type Respond = () => Promise<Response>;

const offering =
  (...ids: string[]): Respond =>
  () =>
    Promise.resolve(
      Response.json({ data: [row("a/paid", { pricing: { prompt: "1" } }), ...ids.map((id) => row(id))] }),
    );
const oldList = offering("a/old:free");
const newList = offering("a/new:free");

interface Harness {
  cache: CatalogueCache;
  clock: FakeClock;
  log: ReturnType<typeof logLines>;
  storage: RouterStorage;
  /** URLs of all requests so far. */
  urls: string[];
  /** Responds to requests from now on. */
  respond: Respond;
  /** Number of change events so far. */
  changes: number;
}

function startHarness({ storage = memoryStorage(), clock = fakeClock() } = {}): Harness {
  const harness = { clock, storage, log: logLines(), urls: Array<string>(), respond: oldList, changes: 0 };
  const cache = createCatalogue({
    fetch: (url) => (harness.urls.push(new Request(url).url), harness.respond()),
    ...{ now: clock.now, storage, log: harness.log },
    onDidChange: () => harness.changes++,
  });
  return Object.assign(harness, { cache });
}

const idsOf = async ({ cache }: Harness, requestSource = source): Promise<string> =>
  (await cache.load(requestSource, "completion")).models.map(({ id }) => id).join();
/** Waits for background work. */
const settle = () => new Promise(setImmediate);
const reasonOf = (load: Promise<unknown>): Promise<string> =>
  load.then(
    () => "loaded",
    (error: unknown) => (isRouterError(error) ? error.reason : String(error)),
  );

describe("the age of a cached catalogue", () => {
  /** The models that loading returns at this age and shortly after, while the service already offers another model. */
  const ages: [name: string, age: number, first: string, second: string, requests: number][] = [
    ["just under an hour: served from the cache", hour - 1, "a/old:free", "a/old:free", 1],
    ["an hour: served from the cache and refreshed in the background", hour, "a/old:free", "a/new:free", 2],
    [
      "just under a day: served from the cache and refreshed in the background",
      24 * hour - 1,
      "a/old:free",
      "a/new:free",
      2,
    ],
    ["a day: loading waits for the new catalogue", 24 * hour, "a/new:free", "a/new:free", 2],
  ];
  for (const [name, age, first, second, requests] of ages)
    test(name, async () => {
      const harness = startHarness();
      await harness.cache.load(source, "completion");
      harness.clock.advance(age);
      harness.respond = newList;
      assert.equal(await idsOf(harness), first);
      await settle();
      assert.equal(await idsOf(harness), second);
      assert.equal(harness.urls.length, requests);
      assert.equal(harness.changes, requests, "each new list fires a change event");
    });

  test("negative after the clock was set back: served from the cache and refreshed in the background", async () => {
    const { storage, clock, cache } = startHarness();
    await cache.load(source, "completion");
    clock.advance(-hour);
    const restarted = startHarness({ storage, clock });
    restarted.respond = newList;
    assert.equal(await idsOf(restarted), "a/old:free");
    await settle();
    assert.equal(await idsOf(restarted), "a/new:free");
  });
});

describe("a catalogue after the clock was set back", () => {
  test("by an hour is refreshed, although the last request seems to be in the future", async () => {
    const harness = startHarness();
    await harness.cache.load(source, "completion");
    harness.clock.advance(-hour);
    harness.respond = newList;
    assert.equal(await idsOf(harness), "a/old:free");
    await settle();
    assert.equal(await idsOf(harness), "a/new:free");
  });

  test("can be refreshed because a model is gone", async () => {
    const harness = startHarness();
    await harness.cache.load(source, "completion");
    harness.clock.advance(-hour);
    harness.respond = newList;
    await harness.cache.refresh(source);
    assert.equal(harness.urls.length, 2);
  });
});

describe("a catalogue without free models", () => {
  const classifier = offering("a/guard:free");
  const withoutFree: [name: string, respond: Respond][] = [
    ["only paid models", offering()],
    ["only a classifier", classifier],
  ];
  for (const [name, respond] of withoutFree)
    test(`(${name}) does not replace a good one, not even after a restart or days`, async () => {
      const harness = startHarness();
      await harness.cache.load(source, "completion");
      harness.respond = respond;
      for (const age of [2 * hour, 30 * hour]) {
        harness.clock.advance(age);
        assert.equal(await idsOf(harness), "a/old:free");
        await settle();
      }
      assert.match(harness.log.lines.at(-1) ?? "", /^warn .*no free models/);
      const restarted = startHarness(harness);
      assert.equal(await idsOf(restarted), "a/old:free");
      restarted.clock.advance(minute);
      restarted.respond = newList;
      await restarted.cache.refresh(source);
      assert.equal(await idsOf(restarted), "a/new:free");
    });

  test("is used if there is no other", async () => {
    const harness = startHarness();
    harness.respond = classifier;
    assert.equal(await idsOf(harness), "a/guard:free");
    harness.clock.advance(minute);
    harness.respond = newList;
    await harness.cache.refresh(source);
    assert.equal(await idsOf(harness), "a/new:free");
  });
});

describe("a catalogue request that fails", () => {
  const failures: [name: string, respond: Respond, reason: string][] = [
    ["network error", () => Promise.reject(new TypeError("fetch failed")), "offline"],
    ["status 503", () => Promise.resolve(new Response("busy", { status: 503 })), "unavailable"],
    ["redirect", () => Promise.resolve(new Response(null, { status: 302 })), "offline"],
    ["HTML page", () => Promise.resolve(new Response("<html>Sign in</html>")), "web-page"],
    ["error body with status 200", () => Promise.resolve(Response.json({ error: { code: 500 } })), "server-error"],
    ["empty list", () => Promise.resolve(Response.json({ data: [] })), "malformed"],
    ["truncated list", () => Promise.resolve(new Response('{"data": [{"id"')), "malformed"],
    ["broken connection", () => Promise.resolve(new Response(brokenBody())), "interrupted"],
  ];
  for (const [name, respond, reason] of failures)
    test(`falls back to the cached list for days, or throws "${reason}" without one: ${name}`, async () => {
      const harness = startHarness();
      await harness.cache.load(source, "completion");
      harness.respond = respond;
      for (const age of [2 * hour, 30 * hour, 300 * hour]) {
        harness.clock.advance(age);
        assert.equal(await idsOf(harness), "a/old:free");
        await settle();
      }
      assert.equal(harness.urls.length, 4);
      assert.match(harness.log.lines.at(-1) ?? "", /^warn Could not refresh the catalogue/);
      const uncached = startHarness();
      uncached.respond = respond;
      assert.equal(await reasonOf(uncached.cache.load(source, "completion")), reason);
    });

  test("times out after 15 s, even if fetch ignores the abort signal", async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    let elapsed = 0;
    t.mock.method(performance, "now", () => elapsed);
    const harness = startHarness();
    harness.respond = () => new Promise(() => undefined);
    const reason = reasonOf(harness.cache.load(source, "completion"));
    await settle();
    elapsed = 15_000;
    t.mock.timers.tick(15_000);
    assert.equal(await reason, "timeout");
  });

  test("is not repeated for a minute while there is a cached list", async () => {
    const harness = startHarness();
    await harness.cache.load(source, "completion");
    harness.clock.advance(30 * hour);
    harness.respond = () => Promise.reject(new TypeError("fetch failed"));
    for (let second = 0; second < 60; second++) {
      await harness.cache.load(source, "completion");
      harness.clock.advance(1_000);
    }
    assert.equal(harness.urls.length, 2);
    await harness.cache.load(source, "completion");
    assert.equal(harness.urls.length, 3);
  });

  test("is repeated at once while there is no cached list", async () => {
    const harness = startHarness();
    harness.respond = () => Promise.reject(new TypeError("fetch failed"));
    assert.equal(await reasonOf(harness.cache.load(source, "completion")), "offline");
    harness.respond = oldList;
    assert.equal(await idsOf(harness), "a/old:free");
  });
});

describe("a refresh because a model is gone", () => {
  test("requests the list immediately, but at most once a minute", async () => {
    const harness = startHarness();
    await harness.cache.load(source, "completion");
    harness.respond = newList;
    await harness.cache.refresh(source);
    assert.equal(await idsOf(harness), "a/old:free", "the list is less than a minute old");
    harness.clock.advance(minute);
    await Promise.all([harness.cache.refresh(source), harness.cache.refresh(source)]);
    await harness.cache.refresh(source);
    assert.equal(await idsOf(harness), "a/new:free");
    assert.equal(harness.urls.length, 2);
  });

  test("keeps the cached list if the service cannot be reached", async () => {
    const harness = startHarness();
    await harness.cache.load(source, "completion");
    harness.clock.advance(minute);
    harness.respond = () => Promise.reject(new TypeError("fetch failed"));
    await harness.cache.refresh(source);
    assert.equal(await idsOf(harness), "a/old:free");
  });
});

describe("concurrent loads", () => {
  test("share one request", async () => {
    const harness = startHarness();
    const loaded = await Promise.all(Array.from({ length: 10 }, () => idsOf(harness)));
    assert.deepEqual([loaded.join(), harness.urls.length], [Array(10).fill("a/old:free").join(), 1]);
  });
});

describe("a slow storage", () => {
  test("does not replace a newer list with its old one", async () => {
    const storage = memoryStorage();
    await startHarness({ storage }).cache.load(source, "completion");
    const stored = await storage.read("catalogue");
    const reads: ((text: string | undefined) => void)[] = [];
    const harness = startHarness({
      storage: { ...storage, read: () => new Promise((resolve) => reads.push(resolve)) },
    });
    harness.respond = newList;
    const loads = [idsOf(harness), idsOf(harness)];
    reads[0]?.(undefined);
    assert.equal(await loads[0], "a/new:free");
    reads[1]?.(stored);
    assert.equal(await loads[1], "a/new:free");
    assert.equal(await idsOf(harness), "a/new:free");
    assert.equal(harness.urls.length, 1);
  });

  test("causes no second request if it is empty", async () => {
    const reads: ((text: string | undefined) => void)[] = [];
    const harness = startHarness({
      storage: { ...memoryStorage(), read: () => new Promise((resolve) => reads.push(resolve)) },
    });
    const loads = [idsOf(harness), idsOf(harness)];
    for (const [index, read] of reads.entries()) {
      read(undefined);
      assert.equal(await loads[index], "a/old:free");
    }
    assert.equal(harness.urls.length, 1);
  });
});

describe("a changed base URL", () => {
  test("has its own list of models", async () => {
    const harness = startHarness();
    await harness.cache.load(source, "completion");
    harness.respond = newList;
    assert.equal(await idsOf(harness, otherSource), "a/new:free");
    assert.deepEqual(harness.urls, [`${source.access.baseUrl}/models`, `${otherSource.access.baseUrl}/models`]);
  });

  test("and changed back has its old list again, without a request and after a restart", async () => {
    const harness = startHarness();
    await harness.cache.load(source, "completion");
    harness.respond = newList;
    await harness.cache.load(otherSource, "completion");
    assert.equal(await idsOf(harness), "a/old:free");
    assert.equal(await idsOf(harness, sourceAt(`${source.access.baseUrl}/`)), "a/old:free");
    assert.equal(harness.urls.length, 2);
    await settle();
    const restarted = startHarness(harness);
    assert.deepEqual([await idsOf(restarted), await idsOf(restarted, otherSource)], ["a/old:free", "a/new:free"]);
    assert.deepEqual(restarted.urls, []);
  });

  test("can be changed to a few others without losing a list", async () => {
    const harness = startHarness();
    const urlOf = (index: number) => sourceAt(`https://${index}.example/v1`);
    for (let index = 0; index < 6; index++) {
      harness.respond = offering(`a/${index}:free`);
      await harness.cache.load(urlOf(index), "completion");
      await settle();
    }
    const restarted = startHarness(harness);
    for (const index of [5, 4, 3, 2]) assert.equal(await idsOf(restarted, urlOf(index)), `a/${index}:free`);
    assert.deepEqual(restarted.urls, [], "the last four are stored");
  });

  test("does not delay the refresh of another list", async () => {
    const harness = startHarness();
    await harness.cache.load(source, "completion");
    await harness.cache.load(otherSource, "completion");
    harness.clock.advance(minute);
    await harness.cache.refresh(source);
    await harness.cache.refresh(otherSource);
    assert.equal(harness.urls.length, 4);
  });

  test("ignores a late response from the previous base URL", async () => {
    const harness = startHarness();
    let resolveResponse: (response: Response) => void = () => undefined;
    harness.respond = () => new Promise((resolve) => (resolveResponse = resolve));
    const late = idsOf(harness);
    await settle();
    harness.respond = newList;
    assert.equal(await idsOf(harness, otherSource), "a/new:free");
    resolveResponse(await oldList());
    assert.equal(await late, "a/old:free");
    assert.equal(await idsOf(harness, otherSource), "a/new:free");
  });
});

describe("a restart", () => {
  test("uses the list that version 0.1.0 stored", async () => {
    const { storage, clock } = startHarness();
    const old = { baseUrl: source.access.baseUrl, fetchedAt: clock.now() - 1, rows: [row("a/stored:free")] };
    await storage.update("catalogue", () => JSON.stringify(old));
    assert.equal(await idsOf(startHarness({ storage, clock })), "a/stored:free");
  });

  test("uses the stored list without a request", async () => {
    const { storage, clock, cache } = startHarness();
    await cache.load(source, "completion");
    clock.advance(hour - 1);
    const restarted = startHarness({ storage, clock });
    const { models, paidRows, fetchedAt } = await restarted.cache.load(source, "completion");
    assert.deepEqual([models.map(({ id }) => id), paidRows, restarted.urls], [["a/old:free"], [], []]);
    assert.equal(fetchedAt, clock.now() - hour + 1);
    assert.doesNotMatch((await storage.read("catalogue")) ?? "", /a\/paid/, "paid models are not stored");
  });

  for (const invalid of [
    "",
    "{",
    "null",
    '{"baseUrl":1}',
    `{"baseUrl":"${source.access.baseUrl}","fetchedAt":"now","rows":[]}`,
  ])
    test(`ignores an invalid stored value: ${invalid || "empty"}`, async () => {
      const storage = memoryStorage();
      await storage.update("catalogue", () => invalid);
      assert.equal(await idsOf(startHarness({ storage })), "a/old:free");
    });

  test("works with a storage that fails", async () => {
    const broken: RouterStorage = {
      read: () => Promise.reject(new Error("no disk")),
      update: () => Promise.reject(new Error("no disk")),
    };
    const harness = startHarness({ storage: broken });
    assert.equal(await idsOf(harness), "a/old:free");
    assert.equal(await idsOf(harness), "a/old:free");
    assert.equal(harness.urls.length, 1);
    assert.match(harness.log.lines.join("\n"), /no disk/);
  });
});

function brokenBody(): ReadableStream<Uint8Array> {
  const bytes = new TextEncoder().encode('{"data": [');
  return new ReadableStream({
    start: (controller) => controller.enqueue(bytes),
    pull: (controller) => controller.error(Object.assign(new Error("terminated"), { code: "UND_ERR_SOCKET" })),
  });
}
