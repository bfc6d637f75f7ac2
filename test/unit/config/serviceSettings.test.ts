import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { parseServices, serviceRow } from "../../../src/config/serviceSettings";
import { serviceSlug } from "../../../src/config/serviceSlug";
import { Settings } from "../../../src/config/settings";
import { settings as ids } from "../../../src/manifest";
import type { ServiceUse } from "../../../src/router/index";
import { fakeConfiguration } from "../../support/fakeConfiguration";

const ollama: ServiceUse = { id: "ollama", kind: "ollama", baseUrl: "http://127.0.0.1:11434/v1", automatic: true };

describe("The setting for services", () => {
  test("gives each kind its usual address, and a custom service the id of its name", () => {
    const rows = [
      { service: "ollama" },
      { service: "lmstudio", baseUrl: " http://localhost:4321/v1/ ", name: " Laptop " },
      { service: "groq" },
      { service: "custom", baseUrl: "http://127.0.0.1:8000/v1", name: "My vLLM (Büro)" },
    ];
    assert.deepEqual(parseServices(rows), {
      services: [
        ollama,
        {
          ...{ id: "lmstudio", kind: "lmstudio", name: "Laptop" },
          baseUrl: "http://localhost:4321/v1",
          automatic: true,
        },
        { id: "groq", kind: "groq", baseUrl: "https://api.groq.com/openai/v1", automatic: false },
        {
          ...{ id: "my-vllm-bu-ro", kind: "custom", name: "My vLLM (Büro)" },
          ...{ baseUrl: "http://127.0.0.1:8000/v1", automatic: true },
        },
      ],
      rejected: [],
    });
  });

  const remote = "https://llm.example/v1";
  const automatic: readonly [row: object, expected: boolean][] = [
    [{ service: "ollama" }, true],
    [{ service: "ollama", automatic: false }, false],
    [{ service: "ollama", baseUrl: remote, automatic: true }, false],
    [{ service: "groq", automatic: true }, true],
    [{ service: "mistral" }, false],
    [{ service: "custom", name: "a", baseUrl: remote, automatic: true }, false],
    [{ service: "custom", name: "a", baseUrl: "http://[::1]:1/v1" }, true],
  ];
  for (const [row, expected] of automatic)
    test(`uses ${JSON.stringify(row)} ${expected ? "in" : "not in"} Automatic`, () => {
      const { services, rejected } = parseServices([row]);
      assert.deepEqual([services.map((use) => use.automatic), rejected], [[expected], []]);
    });

  const bad: readonly [row: unknown, problem: string][] = [
    [null, "not-a-service"],
    ["ollama", "not-a-service"],
    [[], "not-a-service"],
    [{ service: "openrouter" }, "not-a-service"],
    [{ service: "__proto__" }, "not-a-service"],
    [{ service: "toString" }, "not-a-service"],
    [{ service: "ollama", automatic: "false" }, "not-a-service"],
    [{ service: "ollama", baseUrl: 11434 }, "not-a-service"],
    [{ service: "ollama", name: "x".repeat(201) }, "not-a-service"],
    [{ service: "ollama", baseUrl: "http://192.168.1.5:11434/v1" }, "not-encrypted"],
    [{ service: "ollama", baseUrl: "http://127.0.0.1.evil.example/v1" }, "not-encrypted"],
    [{ service: "groq", baseUrl: "file:///etc/passwd" }, "not-an-address"],
    [{ service: "groq", baseUrl: "https://me:secret@api.groq.com/v1" }, "has-credentials"],
    [{ service: "custom", name: "a" }, "not-an-address"],
    [{ service: "custom", baseUrl: remote }, "no-name"],
    [{ service: "custom", baseUrl: remote, name: "日本" }, "no-name"],
    [{ service: "custom", baseUrl: remote, name: "Groq" }, "name-taken"],
    [{ service: "custom", baseUrl: remote, name: "open router" }, ""],
    [{ service: "custom", baseUrl: remote, name: "OpenRouter" }, "name-taken"],
  ];
  for (const [row, problem] of bad)
    test(`${problem === "" ? "accepts" : "leaves out"} ${JSON.stringify(row).slice(0, 90)}`, () => {
      const { services, rejected } = parseServices([row, { service: "ollama" }]);
      assert.deepEqual(rejected, problem === "" ? [] : [{ position: 1, problem }]);
      assert.deepEqual(services.at(-1), ollama);
    });

  test("keeps the first of two services with one id", () => {
    const row = { service: "custom", baseUrl: remote, name: "One" };
    const { services, rejected } = parseServices([row, { ...row, name: "ONE!" }, { service: "ollama" }, ollamaRow]);
    assert.deepEqual(
      services.map(({ id }) => id),
      ["one", "ollama"],
    );
    assert.deepEqual(
      rejected.map(({ position, problem }) => `${position} ${problem}`),
      ["2 name-taken", "4 name-taken"],
    );
  });
  const ollamaRow = { service: "ollama", baseUrl: "http://127.0.0.1:5/v1" };

  for (const value of [undefined, null, "ollama", 7, { service: "ollama" }])
    test(`is empty for ${JSON.stringify(value)}`, () =>
      assert.deepEqual(parseServices(value), { services: [], rejected: [] }));

  test("makes ids that never contain the separator of model ids", () => {
    const names = ["a::b", "::", "Ünïcode Ⅷ", "-a-", "a".repeat(80), "../..", "x\u202Ey"];
    assert.deepEqual(names.map(serviceSlug), ["a-b", "", "u-ni-code-viii", "a", "a".repeat(40), "", "x-y"]);
  });

  test("reads what serviceRow writes", () => {
    const { services } = parseServices([
      { service: "ollama", automatic: false },
      { service: "groq", automatic: true },
      { service: "mistral", baseUrl: "https://eu.mistral.example/v1" },
      { service: "custom", baseUrl: remote, name: "One" },
    ]);
    assert.deepEqual(parseServices(services.map(serviceRow)).services, services);
    assert.deepEqual(serviceRow(ollama), { service: "ollama" });
  });
});

describe("Settings", () => {
  test("takes services from the user only", () => {
    const configuration = fakeConfiguration({ [ids.services]: [{ service: "ollama" }] });
    configuration.workspace.set(ids.services, [{ service: "custom", baseUrl: "https://evil.example", name: "evil" }]);
    assert.deepEqual(new Settings(configuration).router.services, [ollama]);
  });

  test("adds, replaces and removes a service, and keeps what it does not understand", async () => {
    const unknown = { service: "of a later version" };
    const configuration = fakeConfiguration({ [ids.services]: [unknown] });
    const settings = new Settings(configuration);
    await settings.addService({ kind: "ollama", baseUrl: ollama.baseUrl, automatic: true });
    await settings.addService({ kind: "groq", baseUrl: "https://api.groq.com/openai/v1", automatic: false });
    await settings.addService({ kind: "groq", baseUrl: "https://api.groq.com/openai/v1", automatic: true });
    const groqRow = { service: "groq", automatic: true };
    assert.deepEqual(configuration.user.get(ids.services), [unknown, { service: "ollama" }, groqRow]);
    await settings.removeService("ollama");
    await settings.removeService("not there");
    assert.deepEqual(configuration.user.get(ids.services), [unknown, groqRow]);
    assert.deepEqual(settings.services.rejected, [{ position: 1, problem: "not-a-service" }]);
  });
});
