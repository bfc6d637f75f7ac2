import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { formatDiagnostics, type DiagnosticsData } from "../../../src/connect/formatDiagnostics";
import {
  defaultSettings,
  RouterError,
  serviceKinds,
  type ServiceState,
  type ServiceUse,
} from "../../../src/router/index";

const now = Date.UTC(2026, 10, 22, 12);
const minutes = (count: number): number => count * 60_000;

const data: DiagnosticsData = {
  now,
  extension: "0.1.0",
  editor: "Visual Studio Code 1.139.1",
  host: "desktop",
  remote: "ssh-remote",
  system: "linux x64",
  runtime: "Node 24.21.0",
  language: "en",
  trusted: true,
  keySource: "secret storage",
  transport: "vscode",
  proxySet: true,
  settings: { ...defaultSettings, maxAttempts: 2, exclude: ["a/b:free"] },
  instructionsLength: 12,
  catalogueFetchedAt: now - minutes(30),
  poolSize: 15,
  excludedByRule: new Map([["resting", 2]]),
  quota: {
    used: 50,
    limit: 50,
    remaining: 0,
    resetsAt: now + minutes(720),
    exhausted: true,
    minute: { used: 3, limit: 20, resetsAt: now },
  },
  services: undefined,
  statistics: [
    {
      ...{ model: "google/gemma-4-31b-it:free", attempts: 4, successes: 3, successRate: 0.8, lastUsedAt: now },
      lastFailure: { reason: "rate-limit-model", at: now - minutes(5) },
      restingUntil: now + minutes(3),
      recent: [],
    },
  ],
  lastFailure: "rate-limit-day",
};

describe("formatDiagnostics", () => {
  test("reports versions, settings, models, and failures", () => {
    assert.equal(
      formatDiagnostics(data),
      `### Free Models Router diagnostics

- Extension: 0.1.0
- Editor: Visual Studio Code 1.139.1, desktop, remote: ssh-remote
- System: linux x64, Node 24.21.0, language en
- Workspace: trusted
- Key: secret storage
- Network: vscode, proxy set, API openrouter.ai
- Strategy: random
- Other settings: maxAttempts 2, 1 models excluded, instructions of 12 characters
- Catalog: 30 min old
- Pool: 15 models; excluded: 2 resting
- Quota: 50 of 50 today, used up, resets in 12 h, 3 of 20 this minute
- Last question: failed: rate-limit-day

| Model | Succeeded | Last failure | Cooldown |
|---|---|---|---|
| google/gemma-4-31b-it:free | 3 of 4 | rate-limit-model, 5 min ago | 3 min |
`,
    );
  });

  const useOf = (kind: ServiceUse["kind"], more: Partial<ServiceUse> = {}): ServiceUse => ({
    ...{ id: kind, kind, baseUrl: serviceKinds[kind].baseUrl, automatic: true },
    ...more,
  });
  const stateOf = (use: ServiceUse, more: Partial<ServiceState> = {}): ServiceState => ({
    ...{ ...use, name: "Its name", place: "remote", modelCount: 0 },
    ...more,
  });
  const statistics = (model: string) => ({
    model,
    attempts: 1,
    successes: 1,
    successRate: 1,
    lastUsedAt: 0,
    recent: [],
  });

  test("reports each service by its origin and state", () => {
    const ollama = useOf("ollama", { baseUrl: "http://127.0.0.1:11434/home/ada" });
    const groq = useOf("groq");
    const lab = useOf("custom", { id: "lab", name: "Lab", baseUrl: "https://llm.acme.example/v1", automatic: false });
    const minute = { used: 0, limit: Infinity, resetsAt: now };
    const quota = { used: 3, limit: undefined, remaining: undefined, resetsAt: now, exhausted: false, minute };
    const report = formatDiagnostics({
      ...data,
      settings: { ...defaultSettings, services: [ollama, groq, lab], serviceOrder: "local-first" },
      services: [
        stateOf(ollama, { place: "local", modelCount: 3 }),
        stateOf(groq, { error: new RouterError("no-key", "No key.") }),
        stateOf(lab, { modelCount: 1, quota }),
      ],
      statistics: ["ollama::qwen3:8b", "ollama::/home/ada/qwen3", "lab::acme-secret-model"].map(statistics),
    });
    const lines = report.split("\n").filter((line) => /^- (Service|Other)|^\|.*::|not a model id/.test(line));
    assert.deepEqual(lines, [
      "- Other settings: serviceOrder local-first, instructions of 12 characters",
      "- Service openrouter: openrouter.ai, unknown",
      "- Service ollama: http://127.0.0.1:11434, 3 models",
      "- Service groq: https://api.groq.com, failed: no-key",
      "- Service custom: another address, 1 models, 3 of ? today, 0 of ? this minute, only selected models",
      "| ollama::qwen3:8b | 1 of 1 |  |  |",
      "| (not a model id) | 1 of 1 |  |  |",
      "| (not a model id) | 1 of 1 |  |  |",
    ]);
  });

  test("says which services Only local excludes", () => {
    const settings = {
      ...defaultSettings,
      services: [useOf("ollama"), useOf("groq")],
      serviceOrder: "only-local" as const,
    };
    const services = [stateOf(useOf("ollama"), { error: new RouterError("server-not-running", "Not running.") })];
    const lines = formatDiagnostics({ ...data, settings, services }).match(/^- Service .*$/gm);
    assert.deepEqual(lines, [
      "- Service openrouter: openrouter.ai, not used",
      "- Service ollama: http://127.0.0.1:11434, failed: server-not-running",
      "- Service groq: https://api.groq.com, not used",
    ]);
  });

  const hex = fc.stringMatching(/^[0-9a-f]{64}$/);
  const secret = fc.oneof(
    hex.map((digits) => `sk-or-v1-${digits}`),
    hex.map((digits) => `sk-or-v1-${digits}:free`),
    hex.map((digits) => `openai/sk-or-v1-${digits}`),
    fc.string({ minLength: 12 }).map((text) => `question? ${text} |\n`),
  );

  const hostOf = (typed: string): string => encodeURIComponent(typed).replace(/\W/g, "").toLowerCase();

  test("contains no text that was typed by hand, such as a key", () => {
    fc.assert(
      fc.property(secret, fc.constantFrom("pinned", "fallbacks", "random" as const), (typed, strategy) => {
        const report = formatDiagnostics({
          ...data,
          settings: {
            ...defaultSettings,
            strategy,
            pinnedModel: typed,
            fallbacks: [typed, typed],
            exclude: [typed],
            services: [useOf("custom", { id: typed, name: typed, baseUrl: `https://${hostOf(typed)}.example/v1` })],
            baseUrl: `https://${hostOf(typed)}.example/${encodeURIComponent(typed)}`,
          },
          statistics: [{ model: typed, attempts: 1, successes: 0, successRate: 0, lastUsedAt: 0, recent: [] }],
        });
        assert.ok(!report.includes(typed));
        assert.doesNotMatch(report, /sk-or/);
        assert.ok(!report.includes(hostOf(typed)));
        assert.match(report, /API another service/);
        assert.match(report, /^- Service custom: another address, unknown$/m);
      }),
    );
  });
});
