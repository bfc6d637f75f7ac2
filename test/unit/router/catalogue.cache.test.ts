import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createCatalogue, type CatalogueCache } from "../../../src/router/catalogue";
import { isRouterError } from "../../../src/router/errors";
import { defaultSettings, type RouterSettings } from "../../../src/router/settings";
import { memoryStorage, type RouterStorage } from "../../../src/router/storage";
import { fakeClock, type FakeClock } from "../../support/clock";
import { logLines } from "../../support/logLines";
import { row } from "./sampleModels";

const minute = 60_000;
const hour = 60 * minute;
const here = defaultSettings;
const elsewhere: RouterSettings = { ...defaultSettings, baseUrl: "https://mirror.example/v1" };

type Answer = () => Promise<Response>;

const offering =
  (...ids: string[]): Answer =>
  () =>
    Promise.resolve(
      Response.json({ data: [row("a/paid", { pricing: { prompt: "1" } }), ...ids.map((id) => row(id))] }),
    );
const old = offering("a/old:free");
const renewed = offering("a/new:free");

interface Harness {
  cache: CatalogueCache;
  clock: FakeClock;
  log: ReturnType<typeof logLines>;
  storage: RouterStorage;
  /** Every address that was asked. */
  asked: string[];
  /** What the service answers from now on. */
  answer: Answer;
  changes: number;
}

function startHarness({ storage = memoryStorage(), clock = fakeClock() } = {}): Harness {
  const harness = { clock, storage, log: logLines(), asked: Array<string>(), answer: old, changes: 0 };
  const cache = createCatalogue({
    fetch: (url) => (harness.asked.push(new Request(url).url), harness.answer()),
    ...{ now: clock.now, storage, log: harness.log },
    onDidChange: () => harness.changes++,
  });
  return Object.assign(harness, { cache });
}

const idsOf = async ({ cache }: Harness, settings = here): Promise<string> =>
  (await cache.load(settings)).models.map(({ id }) => id).join();
/** Lets what happens behind the scenes happen. */
const settle = () => new Promise(setImmediate);
const reasonOf = (load: Promise<unknown>): Promise<string> =>
  load.then(
    () => "loaded",
    (error: unknown) => (isRouterError(error) ? error.reason : String(error)),
  );

describe("a catalogue that ages", () => {
  /** Loaded once; then again at this age, when the service offers another model: what is served then, and what soon after. */
  const ages: [what: string, age: number, served: string, soon: string, requests: number][] = [
    ["nearly an hour: as it is", hour - 1, "a/old:free", "a/old:free", 1],
    ["an hour: as it is, and renewed behind the scenes", hour, "a/old:free", "a/new:free", 2],
    ["nearly a day: likewise", 24 * hour - 1, "a/old:free", "a/new:free", 2],
    ["a day: the new one is waited for", 24 * hour, "a/new:free", "a/new:free", 2],
  ];
  for (const [what, age, served, soon, requests] of ages)
    test(what, async () => {
      const harness = startHarness();
      await harness.cache.load(here);
      harness.clock.advance(age);
      harness.answer = renewed;
      assert.equal(await idsOf(harness), served);
      await settle();
      assert.equal(await idsOf(harness), soon);
      assert.equal(harness.asked.length, requests);
      assert.equal(harness.changes, requests, "whoever shows the models is told of each new list");
    });

  test("from the future, since the clock was set back: as it is, and renewed", async () => {
    const { storage, clock, cache } = startHarness();
    await cache.load(here);
    clock.advance(-hour);
    const restarted = startHarness({ storage, clock });
    restarted.answer = renewed;
    assert.equal(await idsOf(restarted), "a/old:free");
    await settle();
    assert.equal(await idsOf(restarted), "a/new:free");
  });
});

describe("a service that does not tell its models", () => {
  const failures: [what: string, answer: Answer, reason: string][] = [
    ["is out of reach", () => Promise.reject(new TypeError("fetch failed")), "offline"],
    ["is down", () => Promise.resolve(new Response("busy", { status: 503 })), "unavailable"],
    ["sends elsewhere", () => Promise.resolve(new Response(null, { status: 302 })), "offline"],
    ["sends a page", () => Promise.resolve(new Response("<html>Sign in</html>")), "web-page"],
    ["sends an error with status 200", () => Promise.resolve(Response.json({ error: { code: 500 } })), "server-error"],
    ["sends an empty list", () => Promise.resolve(Response.json({ data: [] })), "malformed"],
    ["sends half a list", () => Promise.resolve(new Response('{"data": [{"id"')), "malformed"],
    ["breaks off", () => Promise.resolve(new Response(brokenBody())), "interrupted"],
  ];
  for (const [what, answer, reason] of failures)
    test(`${what}: the last good copy serves for days`, async () => {
      const harness = startHarness();
      await harness.cache.load(here);
      harness.answer = answer;
      for (const age of [2 * hour, 30 * hour, 300 * hour]) {
        harness.clock.advance(age);
        assert.equal(await idsOf(harness), "a/old:free");
        await settle();
      }
      assert.equal(harness.asked.length, 4);
      assert.match(harness.log.lines.at(-1) ?? "", /^warn Catalogue not refreshed/);
      const newcomer = startHarness();
      newcomer.answer = answer;
      assert.equal(await reasonOf(newcomer.cache.load(here)), reason, "who has no copy is told why");
    });

  test("never answers, and does not listen to a signal: given up after a quarter of a minute", async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout"] });
    const harness = startHarness();
    harness.answer = () => new Promise(() => undefined);
    const reason = reasonOf(harness.cache.load(here));
    await settle();
    t.mock.timers.tick(15_000);
    assert.equal(await reason, "timeout");
  });

  test("is not asked again for a minute while there is a copy", async () => {
    const harness = startHarness();
    await harness.cache.load(here);
    harness.clock.advance(30 * hour);
    harness.answer = () => Promise.reject(new TypeError("fetch failed"));
    for (let second = 0; second < 60; second++) {
      await harness.cache.load(here);
      harness.clock.advance(1_000);
    }
    assert.equal(harness.asked.length, 2);
    await harness.cache.load(here);
    assert.equal(harness.asked.length, 3);
  });

  test("answers those who had no copy as soon as it can", async () => {
    const harness = startHarness();
    harness.answer = () => Promise.reject(new TypeError("fetch failed"));
    assert.equal(await reasonOf(harness.cache.load(here)), "offline");
    harness.answer = old;
    assert.equal(await idsOf(harness), "a/old:free");
  });
});

describe("a rumour that a model is gone", () => {
  test("renews the list at once, but once a minute at most", async () => {
    const harness = startHarness();
    await harness.cache.load(here);
    harness.answer = renewed;
    await harness.cache.refresh(here);
    assert.equal(await idsOf(harness), "a/old:free", "it was fetched this very minute");
    harness.clock.advance(minute);
    await Promise.all([harness.cache.refresh(here), harness.cache.refresh(here)]);
    await harness.cache.refresh(here);
    assert.equal(await idsOf(harness), "a/new:free");
    assert.equal(harness.asked.length, 2);
  });

  test("harms nobody when the service is out of reach", async () => {
    const harness = startHarness();
    await harness.cache.load(here);
    harness.clock.advance(minute);
    harness.answer = () => Promise.reject(new TypeError("fetch failed"));
    await harness.cache.refresh(here);
    assert.equal(await idsOf(harness), "a/old:free");
  });
});

describe("many who ask at once", () => {
  test("share one request", async () => {
    const harness = startHarness();
    const loaded = await Promise.all(Array.from({ length: 10 }, () => idsOf(harness)));
    assert.deepEqual([loaded.join(), harness.asked.length], [Array(10).fill("a/old:free").join(), 1]);
  });
});

describe("a storage that is slow", () => {
  test("does not put its old list in the place of one that just came", async () => {
    const storage = memoryStorage();
    await startHarness({ storage }).cache.load(here);
    const stored = await storage.read("catalogue");
    const reads: ((text: string | undefined) => void)[] = [];
    const harness = startHarness({
      storage: { ...storage, read: () => new Promise((resolve) => reads.push(resolve)) },
    });
    harness.answer = renewed;
    const loads = [idsOf(harness), idsOf(harness)];
    reads[0]?.(undefined);
    assert.equal(await loads[0], "a/new:free");
    reads[1]?.(stored);
    assert.equal(await loads[1], "a/new:free");
    assert.equal(await idsOf(harness), "a/new:free");
    assert.equal(harness.asked.length, 1);
  });

  test("that has nothing does not make the list be fetched again", async () => {
    const reads: ((text: string | undefined) => void)[] = [];
    const harness = startHarness({
      storage: { ...memoryStorage(), read: () => new Promise((resolve) => reads.push(resolve)) },
    });
    const loads = [idsOf(harness), idsOf(harness)];
    for (const [index, read] of reads.entries()) {
      read(undefined);
      assert.equal(await loads[index], "a/old:free");
    }
    assert.equal(harness.asked.length, 1);
  });
});

describe("another address", () => {
  test("has models of its own", async () => {
    const harness = startHarness();
    await harness.cache.load(here);
    harness.answer = renewed;
    assert.equal(await idsOf(harness, elsewhere), "a/new:free");
    assert.deepEqual(harness.asked, [`${here.baseUrl}/models`, `${elsewhere.baseUrl}/models`]);
  });

  test("does not get the models that are still on their way from the first", async () => {
    const harness = startHarness();
    let arrive: (response: Response) => void = () => undefined;
    harness.answer = () => new Promise((resolve) => (arrive = resolve));
    const late = idsOf(harness);
    await settle();
    harness.answer = renewed;
    assert.equal(await idsOf(harness, elsewhere), "a/new:free");
    arrive(await old());
    assert.equal(await late, "a/old:free");
    assert.equal(await idsOf(harness, elsewhere), "a/new:free");
  });
});

describe("a restart", () => {
  test("goes on with the stored list, whatever its age, without asking first", async () => {
    const { storage, clock, cache } = startHarness();
    await cache.load(here);
    clock.advance(hour - 1);
    const restarted = startHarness({ storage, clock });
    const { models, paidRows, fetchedAt } = await restarted.cache.load(here);
    assert.deepEqual([models.map(({ id }) => id), paidRows, restarted.asked], [["a/old:free"], [], []]);
    assert.equal(fetchedAt, clock.now() - hour + 1);
    assert.doesNotMatch((await storage.read("catalogue")) ?? "", /a\/paid/, "what costs something is not kept");
  });

  for (const nonsense of [
    "",
    "{",
    "null",
    '{"baseUrl":1}',
    `{"baseUrl":"${here.baseUrl}","fetchedAt":"now","rows":[]}`,
  ])
    test(`does not stumble over a stored ${nonsense || "nothing"}`, async () => {
      const storage = memoryStorage();
      await storage.update("catalogue", () => nonsense);
      assert.equal(await idsOf(startHarness({ storage })), "a/old:free");
    });

  test("does without a storage that fails", async () => {
    const broken: RouterStorage = {
      read: () => Promise.reject(new Error("no disk")),
      update: () => Promise.reject(new Error("no disk")),
    };
    const harness = startHarness({ storage: broken });
    assert.equal(await idsOf(harness), "a/old:free");
    assert.equal(await idsOf(harness), "a/old:free");
    assert.equal(harness.asked.length, 1);
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
