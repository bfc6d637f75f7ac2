import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { ConnectionFinding } from "../../../src/connect/connectionFinding";
import { testServices, type ServiceTestDependencies } from "../../../src/connect/serviceTest";
import { checkService, defaultSettings, RouterError, serviceKinds, type ServiceUse } from "../../../src/router/index";
import { fakeClock } from "../../support/clock";
import { logLines } from "../../support/logLines";
import { startGroq } from "../../support/services/groq";
import { startLlamaCpp } from "../../support/services/llamaCpp";
import { startLmStudio } from "../../support/services/lmStudio";
import { startOllama } from "../../support/services/ollama";

// Set before the first use of a Date, so that times are the same on every machine.
process.env["TZ"] = "UTC";

/** Noon UTC. */
const now = fakeClock().now();
const groqKey = "gsk_aB3xaB3xaB3xaB3xaB3x";
const openRouterWorks: ConnectionFinding = {
  ...{ ok: true, sentence: "Connected, and your API key works." },
  ...{ label: "Test a Model", fix: { do: "ask-model" } },
};
const testAgain = { do: "test-again" } as const;

const useOf = (kind: ServiceUse["kind"], more: Partial<ServiceUse> = {}): ServiceUse => ({
  ...{ id: kind, kind, baseUrl: serviceKinds[kind].baseUrl, automatic: true },
  ...more,
});

interface TestCase extends Partial<Omit<ServiceTestDependencies, "settings" | "check">> {
  services: readonly ServiceUse[];
  serviceOrder?: ServiceTestDependencies["settings"]["serviceOrder"];
  key?: string;
  fetch?: typeof fetch;
  signal?: AbortSignal;
}

/** The findings, of which the first is about OpenRouter. */
async function findingsOf({ services, serviceOrder = "openrouter-first", key = "", signal, ...others }: TestCase) {
  const log = logLines();
  const fetch = others.fetch ?? globalThis.fetch;
  const dependencies: ServiceTestDependencies = {
    settings: { baseUrl: defaultSettings.baseUrl, services, serviceOrder },
    testOpenRouter: () => Promise.resolve(openRouterWorks),
    check: (use, stopped) => checkService({ use, key, fetch, now, signal: stopped }),
    states: () => Promise.resolve([]),
    ...{ proxy: undefined, machine: "this computer", now, log, ...others },
  };
  const findings = await testServices(dependencies, signal ?? new AbortController().signal);
  for (const { sentence } of findings) assert.match(sentence, /^\S.*\.$/);
  return { findings, log: log.lines.join("\n") };
}

/** The finding of the only service beside OpenRouter. */
async function findingOf(use: ServiceUse, testCase: Omit<TestCase, "services"> = {}) {
  const { findings, log } = await findingsOf({ services: [use], ...testCase });
  assert.equal(findings.length, 2);
  const [, finding] = findings;
  assert.ok(finding);
  return { ...finding, log };
}

const refuses =
  (code: string): typeof fetch =>
  () =>
    Promise.reject(new TypeError("fetch failed", { cause: Object.assign(new Error(code), { code }) }));

describe("testServices", () => {
  test("leaves the finding of OpenRouter as it is if no other service is in use", async () => {
    assert.deepEqual((await findingsOf({ services: [] })).findings, [openRouterWorks]);
  });

  test("names each service, and how many models can answer, without a request for an answer", async () => {
    await using ollama = await startOllama();
    await using groq = await startGroq();
    const { findings } = await findingsOf({
      services: [useOf("ollama", { baseUrl: ollama.baseUrl }), useOf("groq", { baseUrl: groq.baseUrl })],
      key: groqKey,
    });
    assert.deepEqual(
      findings.map(({ ok, sentence }) => [ok, sentence.replace(/\d+/, "n")]),
      [
        [true, "OpenRouter: Connected, and your API key works."],
        [true, "Ollama is running on this computer. Models that can answer: n."],
        [true, "Groq accepts your API key. Models that can answer: n."],
      ],
    );
    assert.deepEqual([ollama.chatRequests, groq.chatRequests], [[], []]);
  });

  test("says on which machine a server runs", async () => {
    await using studio = await startLmStudio();
    const { sentence } = await findingOf(useOf("lmstudio", { baseUrl: studio.baseUrl }), {
      machine: "the remote machine (ssh-remote)",
    });
    assert.match(sentence, /^LM Studio is running on the remote machine \(ssh-remote\)\. /);
  });

  test("offers to look for local models if a server is not running", async () => {
    const { ok, sentence, fix } = await findingOf(useOf("ollama"), { fetch: refuses("ECONNREFUSED") });
    assert.equal(ok, false);
    assert.equal(sentence, "Ollama is not running on this computer. Start it, then look for local models.");
    assert.deepEqual(fix, { do: "use-local-models" });
  });

  test("does not look at the usual ports for a server at an address of its own", async () => {
    const use = useOf("custom", { id: "vllm", name: "My vLLM", baseUrl: "http://127.0.0.1:8000/v1" });
    const { sentence, fix } = await findingOf(use, { fetch: refuses("ECONNREFUSED") });
    assert.equal(sentence, "My vLLM is not running on this computer. Start it, then test again.");
    assert.deepEqual(fix, testAgain);
  });

  test("reports a server that is still loading", async () => {
    await using llama = await startLlamaCpp();
    llama.isLoading = true;
    const { ok, sentence, fix } = await findingOf(useOf("llamacpp", { baseUrl: llama.baseUrl }));
    assert.deepEqual([ok, fix], [false, testAgain]);
    assert.match(sentence, /^llama\.cpp has not loaded a model yet/);
  });

  test("reports a server without a model", async () => {
    await using ollama = await startOllama({ models: [] });
    const { ok, sentence } = await findingOf(useOf("ollama", { baseUrl: ollama.baseUrl }));
    assert.equal(ok, false);
    assert.match(sentence, /^Ollama is running on this computer\. It has no model that can answer\./);
  });

  test("offers to enter a key that is missing, without sending a request", async () => {
    const use = useOf("groq");
    const fetch = () => Promise.reject(new Error("a request was sent"));
    const { ok, sentence, label, fix } = await findingOf(use, { fetch });
    assert.deepEqual([ok, sentence, label], [false, "No API key for Groq is saved.", "Enter Key for Groq"]);
    assert.deepEqual(fix, { do: "enter-key", use });
  });

  test("offers to replace a key that is rejected, and keeps it out of the log", async () => {
    await using groq = await startGroq({ keys: ["gsk_anotherKey3"] });
    const use = useOf("groq", { baseUrl: groq.baseUrl });
    const { ok, sentence, fix, log } = await findingOf(use, { key: groqKey });
    assert.equal(ok, false);
    assert.match(sentence, /^Groq rejected your API key\./);
    assert.deepEqual(fix, { do: "enter-key", use });
    assert.doesNotMatch(log, /gsk_/);
  });

  test("does not ask for a key that a local server would not get", async () => {
    await using llama = await startLlamaCpp({ apiKey: "secret" });
    const { ok, sentence, fix } = await findingOf(useOf("llamacpp", { baseUrl: llama.baseUrl }));
    assert.deepEqual([ok, fix], [false, testAgain]);
    assert.match(sentence, /^llama\.cpp requires an API key\./);
  });

  test("explains a problem of the network as for OpenRouter", async () => {
    const { sentence, fix } = await findingOf(useOf("mistral"), { key: "key", fetch: refuses("ENOTFOUND") });
    assert.match(sentence, /host name api\.mistral\.ai could not be resolved/);
    assert.deepEqual(fix, testAgain);
    const certificate = await findingOf(useOf("mistral"), {
      key: "key",
      fetch: refuses("DEPTH_ZERO_SELF_SIGNED_CERT"),
    });
    assert.match(certificate.sentence, /certificate of api\.mistral\.ai is not trusted/);
  });

  test("names the setting of an address at which something else answers", async () => {
    const fetch = () => Promise.resolve(new Response("Not here", { status: 404 }));
    const use = useOf("custom", { id: "mine", name: "Mine", baseUrl: "https://llm.example/v1" });
    const { sentence, fix } = await findingOf(use, { fetch });
    assert.match(sentence, /answers at the address of Mine is another service/);
    assert.deepEqual(fix, { do: "open-setting", id: "freeModels.services" });
  });

  test("says that a service which may cost is used only for a selected model", async () => {
    const fetch = () => Promise.resolve(Response.json({ object: "list", data: [{ id: "big" }] }));
    const use = useOf("custom", { id: "mine", name: "Mine", baseUrl: "https://llm.example/v1", automatic: false });
    const { ok, sentence } = await findingOf(use, { fetch });
    assert.equal(ok, true);
    assert.equal(
      sentence,
      "Mine can be reached. Models that can answer: 1. It is used only if you select one of its models.",
    );
  });

  const state = { ...useOf("groq"), kind: "groq", name: "Groq", place: "remote", modelCount: 4 } as const;

  test("reports a service whose requests are used up", async () => {
    await using groq = await startGroq();
    const minute = { used: 0, limit: 30, resetsAt: now };
    const quota = { ...{ used: 9, limit: 9, remaining: 0, resetsAt: Date.now() + 300_000 }, exhausted: true, minute };
    const { ok, sentence, fix } = await findingOf(useOf("groq", { baseUrl: groq.baseUrl }), {
      ...{ key: groqKey, states: () => Promise.resolve([{ ...state, quota }]) },
    });
    assert.equal(ok, false);
    assert.match(sentence, /^Groq accepts no more free requests before .+ \(in 5 min\)\.$/);
    assert.deepEqual(fix, { do: "use-local-models" });
  });

  test("reports a service that the setting for data collection excludes", async () => {
    await using groq = await startGroq();
    const error = new RouterError("data-policy", "It may train.", { service: "Groq" });
    const { ok, fix } = await findingOf(useOf("groq", { baseUrl: groq.baseUrl }), {
      ...{ key: groqKey, states: () => Promise.resolve([{ ...state, error }]) },
    });
    assert.equal(ok, false);
    assert.deepEqual(fix, { do: "open-setting", id: "freeModels.dataCollection" });
  });

  test("does not ask for an account at OpenRouter while another service can answer", async () => {
    await using ollama = await startOllama();
    const noKey: ConnectionFinding = { ok: false, sentence: "Connected.", label: "Sign In", fix: { do: "sign-in" } };
    const services = [useOf("ollama", { baseUrl: ollama.baseUrl })];
    const { findings } = await findingsOf({ services, testOpenRouter: () => Promise.resolve(noKey) });
    assert.equal(findings[0]?.sentence, "OpenRouter is not used, because no API key is set.");
  });

  test("contacts nothing beyond this computer with Only local, and says so", async () => {
    await using ollama = await startOllama();
    const asked: string[] = [];
    const { findings } = await findingsOf({
      ...{ services: [useOf("ollama", { baseUrl: ollama.baseUrl }), useOf("groq")], serviceOrder: "only-local" },
      key: groqKey,
      testOpenRouter: () => Promise.reject(new Error("OpenRouter was asked")),
      fetch: (input, init) => {
        asked.push(new URL(new Request(input).url).hostname);
        return fetch(input, init);
      },
    });
    assert.deepEqual(new Set(asked), new Set(["127.0.0.1"]));
    assert.deepEqual(
      findings.map(({ ok, sentence }) => [ok, sentence.replace(/\d+/, "n")]),
      [
        [true, "Only local is on, so nothing is sent to openrouter.ai."],
        [true, "Ollama is running on this computer. Models that can answer: n."],
        [true, "Only local is on, so nothing is sent to api.groq.com."],
      ],
    );
  });

  test("reports Only local as the problem if no service is on this computer", async () => {
    const { findings } = await findingsOf({ services: [useOf("groq")], serviceOrder: "only-local" });
    assert.deepEqual(
      findings.map(({ ok, fix }) => [ok, fix.do]),
      [
        [false, "choose-order"],
        [false, "choose-order"],
      ],
    );
  });

  test("rejects when the user cancels", async () => {
    const controller = new AbortController();
    const fetch: typeof globalThis.fetch = (_, init) =>
      new Promise((_resolve, reject) => {
        init?.signal?.addEventListener("abort", () => reject(new DOMException("Stopped", "AbortError")));
      });
    const pending = findingsOf({ services: [useOf("ollama")], fetch, signal: controller.signal });
    controller.abort();
    await assert.rejects(pending, { name: "AbortError" });
  });
});
