import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { formatDiagnostics, type DiagnosticsData } from "../../../src/connect/formatDiagnostics";
import { defaultSettings } from "../../../src/router/index";

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

  const hex = fc.stringMatching(/^[0-9a-f]{64}$/);
  const secret = fc.oneof(
    hex.map((digits) => `sk-or-v1-${digits}`),
    hex.map((digits) => `sk-or-v1-${digits}:free`),
    hex.map((digits) => `openai/sk-or-v1-${digits}`),
    fc.string({ minLength: 12 }).map((text) => `question? ${text} |\n`),
  );

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
            baseUrl: `https://${encodeURIComponent(typed).replace(/\W/g, "")}.example/${encodeURIComponent(typed)}`,
          },
          statistics: [{ model: typed, attempts: 1, successes: 0, successRate: 0, lastUsedAt: 0, recent: [] }],
        });
        assert.ok(!report.includes(typed));
        assert.doesNotMatch(report, /sk-or/);
        assert.match(report, /API another service/);
      }),
    );
  });
});
