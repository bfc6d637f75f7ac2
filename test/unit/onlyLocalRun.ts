/*
 * Runs as a process of its own, started by onlyLocal.test.ts: 200 questions over ten starts, with all requests that the extension can make,
 * against an OpenAI-compatible server on this computer. Prints what came of them as JSON.
 */
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { ApiKey } from "../../src/config/apiKey";
import { KeyPermission } from "../../src/config/keyPermission";
import { createRouterStorage } from "../../src/config/routerStorage";
import { Settings } from "../../src/config/settings";
import { testConnection } from "../../src/connect/connectionTest";
import { verifyKey } from "../../src/connect/verifyKey";
import { createFetch } from "../../src/http";
import { settings as ids } from "../../src/manifest";
import { account, createRouter, isRouterError, type Router } from "../../src/router/index";
import { fakeConfiguration } from "../support/fakeConfiguration";
import { fakeSecrets } from "../support/fakeSecrets";
import { logLines } from "../support/logLines";

/** What a run did. */
export interface RunResult {
  /** How many questions ended in this way: `answered`, or the reason of the failure. */
  readonly endings: Readonly<Record<string, number>>;
  /** The same for sign-in, key check and connection test. */
  readonly account: Readonly<Record<string, number>>;
  readonly connectionTests: readonly string[];
  /** Requests that the local server got. */
  readonly requests: number;
  /** Keys that the local server got. */
  readonly keys: readonly string[];
}

const starts = 10;
const questionsPerStart = 20;
/** Every fiftieth question is redirected off this computer. */
const redirectEvery = 50;

const [folder = "", order = "", transport = ""] = process.argv.slice(2);
const seen = { requests: 0, questions: 0, keys: new Set<string>() };

async function startServer(): Promise<{ server: Server; url: string }> {
  const server = createServer((request, response) => {
    seen.requests++;
    if (request.headers.authorization !== undefined) seen.keys.add(request.headers.authorization);
    request.resume();
    if (request.url === "/v1/models") {
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ object: "list", data: ["one", "two"].map((id) => ({ id, object: "model" })) }));
    } else if (++seen.questions % redirectEvery === 0) {
      response.writeHead(307, { location: "https://elsewhere.example/v1/chat/completions" }).end();
    } else {
      response.setHeader("content-type", "text/event-stream");
      const chunk = { id: "1", object: "chat.completion.chunk", model: "one" };
      const choice = { index: 0, delta: { role: "assistant", content: "Yes." }, finish_reason: null };
      const last = { index: 0, delta: {}, finish_reason: "stop" };
      for (const each of [choice, last]) response.write(`data: ${JSON.stringify({ ...chunk, choices: [each] })}\n\n`);
      response.end("data: [DONE]\n\n");
    }
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1` };
}

function count(counts: Record<string, number>, ending: string): void {
  counts[ending] = (counts[ending] ?? 0) + 1;
}

const endingOf = (error: unknown): string => (isRouterError(error) ? error.reason : String(error));

async function ask(router: Router): Promise<string> {
  try {
    for await (const event of router.complete({ messages: [{ role: "user", content: "Is this local?" }] }))
      if (event.type === "completion-end") return "answered";
    return "no end";
  } catch (error) {
    return endingOf(error);
  }
}

async function run(): Promise<RunResult> {
  const { server, url } = await startServer();
  const settings = new Settings(
    fakeConfiguration({
      [ids.services]: [
        { service: "custom", name: "Near", baseUrl: url },
        { service: "groq", automatic: true },
      ],
      [ids.serviceOrder]: order,
      // As many as the run asks: a start must not wait for the next minute.
      [ids.requestsPerMinute]: 1_000,
      [ids.transport]: transport,
      "http.proxy": "http://proxy.example:3128",
    }),
  );
  const log = logLines();
  const apiKey = new ApiKey({ secrets: fakeSecrets(), environment: {}, settings, log });
  await apiKey.save("sk-or-v1-mine");
  await apiKey.save("gsk_mine", "https://api.groq.com/openai/v1");
  const endings: Record<string, number> = {};
  const accountEndings: Record<string, number> = {};
  const connectionTests = new Set<string>();
  for (let start = 0; start < starts; start++) {
    const options = { network: () => settings.network, isOnlyLocal: () => settings.isOnlyLocal };
    const fetch = createFetch({ ...options, transport: () => settings.transport });
    const otherFetch = createFetch({ ...options, transport: () => (transport === "vscode" ? "undici" : "vscode") });
    const nobody = () => Promise.reject(new Error("The user was asked."));
    const permission = new KeyPermission({
      ...{ apiKey, ask: nobody, enterKey: nobody, notifyEnvironmentKey: () => undefined },
      notifiedOrigins: { get: () => [], set: () => undefined },
    });
    const storage = createRouterStorage(path.join(folder, "router"), log);
    const router = createRouter({
      ...{ apiKey: (use) => permission.keyFor(use), settings: () => settings.router, storage, fetch, log },
    });
    await Promise.allSettled([router.freeModels(), router.services(), router.quota(), router.chargedModels()]);
    await router.explain({ messages: [{ role: "user", content: "Is this local?" }] });
    for (let question = 0; question < questionsPerStart; question++) count(endings, await ask(router));
    router.statistics();
    const now = Date.now();
    const key = "sk-or-v1-mine";
    for (const request of [
      () => verifyKey(key, { account, settings: settings.router, fetch }),
      () => account.exchangeCode(fetch, settings.router, { code: "code", verifier: "verifier", now }),
      () => account.countFreeModels(fetch, settings.router, key, now),
    ])
      count(accountEndings, await request().then(() => "done", endingOf));
    const proxy = settings.network.proxy;
    const finding = await testConnection({
      ...{ account, key, settings: settings.router, proxy, transport: settings.transport, fetch, otherFetch, log },
      now: Date.now,
    });
    connectionTests.add(finding.sentence);
    fetch.dispose();
    otherFetch.dispose();
  }
  server.closeAllConnections();
  server.close();
  const { requests, keys } = seen;
  return {
    ...{ endings, account: accountEndings, connectionTests: [...connectionTests], requests, keys: [...keys] },
  };
}

void run().then((result) => process.stdout.write(JSON.stringify(result)));
