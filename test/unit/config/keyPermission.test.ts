import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ApiKey } from "../../../src/config/apiKey";
import { KeyPermission, type KeyQuestion } from "../../../src/config/keyPermission";
import { Settings } from "../../../src/config/settings";
import { settings as ids } from "../../../src/manifest";
import { createRouter, defaultSettings, isRouterError, type KeyUse, type Router } from "../../../src/router/index";
import { fakeConfiguration } from "../../support/fakeConfiguration";
import { fakeSecrets } from "../../support/fakeSecrets";
import { snapshotRows } from "../../support/openRouter";
import { logLines } from "../../support/logLines";

const gateway = "https://gateway.example/v1";
const key = "sk-or-v1-first";

type Answer = "send" | "enter" | undefined;

/** A window whose user has a key for OpenRouter and answers questions as listed. */
async function openWindow({
  answers = [],
  environment = {},
  address,
}: { answers?: (Answer | Promise<Answer>)[]; environment?: Record<string, string>; address?: string } = {}) {
  const configuration = fakeConfiguration({});
  const settings = new Settings(configuration);
  const apiKey = new ApiKey({ secrets: fakeSecrets(), environment, settings, log: logLines() });
  if (!environment["OPENROUTER_API_KEY"]) await apiKey.save(key);
  configuration.editUserSetting(ids.baseUrl, address);
  const questions: KeyQuestion[] = [];
  const told: string[] = [];
  let notifiedOrigins: readonly string[] = [];
  const permission = new KeyPermission({
    apiKey,
    ask: (question) => {
      questions.push(question);
      assert.ok(answers.length > 0, "an unexpected question");
      return Promise.resolve(answers.shift());
    },
    enterKey: async (baseUrl) => {
      await apiKey.save("entered", baseUrl);
      return true;
    },
    notifyEnvironmentKey: (origin) => told.push(origin),
    notifiedOrigins: { get: () => notifiedOrigins, set: (origins) => (notifiedOrigins = origins) },
  });
  const keyFor = (purpose: KeyUse["purpose"], baseUrl = gateway) =>
    permission.keyFor({ service: "openrouter", baseUrl, purpose });
  return { apiKey, settings, configuration, permission, questions, told, keyFor };
}

const isWithheld = (error: unknown): boolean => isRouterError(error) && error.reason === "key-withheld";

describe("A key that was saved for another host", () => {
  test("is sent after the user allows it, and the answer is remembered", async () => {
    const { keyFor, questions } = await openWindow({ answers: ["send"] });
    assert.equal(await keyFor("completion"), key);
    assert.equal(await keyFor("completion"), key);
    assert.equal(await keyFor("background"), key);
    assert.deepEqual(questions, [{ owner: "https://openrouter.ai", origin: "https://gateway.example" }]);
  });

  test("can be replaced by another key for that host", async () => {
    const { keyFor } = await openWindow({ answers: ["enter"] });
    assert.equal(await keyFor("completion"), "entered");
    assert.equal(await keyFor("completion", defaultSettings.baseUrl), key);
  });

  test("is not sent if the user declines, who is asked again only when choosing a key", async () => {
    const { keyFor, permission, questions } = await openWindow({ answers: [undefined, "send"] });
    await assert.rejects(keyFor("completion"), isWithheld);
    await assert.rejects(keyFor("completion"), isWithheld);
    assert.equal(questions.length, 1);
    assert.equal(await permission.askAgain(gateway), true);
    assert.equal(await keyFor("completion"), key);
  });

  test("is not sent by background requests, which do not ask", async () => {
    const { keyFor, questions } = await openWindow();
    assert.equal(await keyFor("background"), undefined);
    assert.deepEqual(questions, []);
  });

  test("raises one question for several completions", async () => {
    const answer = Promise.withResolvers<Answer>();
    const { keyFor, questions } = await openWindow({ answers: [answer.promise] });
    const completions = [keyFor("completion"), keyFor("completion")];
    await new Promise((resolve) => setImmediate(resolve));
    answer.resolve("send");
    assert.deepEqual(await Promise.all(completions), [key, key]);
    assert.equal(questions.length, 1);
  });

  test("goes to the origin that the question named, even if the address changes meanwhile", async () => {
    const answer = Promise.withResolvers<Answer>();
    const { apiKey, configuration, keyFor } = await openWindow({ answers: [answer.promise], address: gateway });
    const completion = keyFor("completion");
    configuration.editUserSetting(ids.baseUrl, "https://evil.example/v1");
    answer.resolve("send");
    assert.equal(await completion, key);
    assert.equal(await apiKey.read(), undefined);
  });
});

describe("No request carries the key before the question is answered", () => {
  /** Uses the router in every way, and returns the requests with their `Authorization` header. */
  async function requestsOf(window: Awaited<ReturnType<typeof openWindow>>): Promise<[string, string | null][]> {
    const sent: [string, string | null][] = [];
    const router: Router = createRouter({
      apiKey: (use) => window.permission.keyFor(use),
      settings: () => window.settings.router,
      fetch: (input, init) => {
        sent.push([new URL(new Request(input).url).pathname, new Headers(init?.headers).get("authorization")]);
        return Promise.resolve(Response.json({ data: snapshotRows(Date.now()) }));
      },
    });
    const request = { messages: [{ role: "user" as const, content: "Hi" }] };
    await router.quota();
    await router.freeModels();
    await router.explain(request);
    await router.chargedModels();
    const complete = async (): Promise<void> => {
      for await (const event of router.complete(request)) assert.ok(event);
    };
    await assert.rejects(complete(), isRouterError);
    return sent;
  }

  test("if it is declined, not even the completion is sent", async () => {
    const sent = await requestsOf(await openWindow({ answers: [undefined], address: gateway }));
    assert.deepEqual(sent, [["/v1/models", null]]);
  });

  test("if it is allowed, only what follows carries it", async () => {
    const [catalogue, ...completions] = await requestsOf(await openWindow({ answers: ["send"], address: gateway }));
    assert.deepEqual(catalogue, ["/v1/models", null]);
    assert.ok(completions.length > 0);
    for (const each of completions) assert.deepEqual(each, ["/v1/chat/completions", `Bearer ${key}`]);
  });
});

describe("The key from the environment", () => {
  const environment = { OPENROUTER_API_KEY: key };

  test("goes to the address in the user's settings, and the user is informed once for each host", async () => {
    const { keyFor, told, configuration } = await openWindow({ environment, address: gateway });
    assert.equal(await keyFor("background"), key);
    assert.equal(await keyFor("completion"), key);
    configuration.editUserSetting(ids.baseUrl, "https://other.example/v1");
    assert.equal(await keyFor("completion", "https://other.example/v1"), key);
    assert.deepEqual(told, ["https://gateway.example", "https://other.example"]);
  });

  test("needs no word about OpenRouter itself or this computer", async () => {
    const local = "http://localhost:8080/v1";
    const { keyFor, told, configuration } = await openWindow({ environment });
    assert.equal(await keyFor("completion", defaultSettings.baseUrl), key);
    configuration.editUserSetting(ids.baseUrl, local);
    assert.equal(await keyFor("completion", local), key);
    assert.deepEqual(told, []);
  });
});
