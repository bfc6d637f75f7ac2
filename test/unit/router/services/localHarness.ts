import type { RouterOptions, RouterSettings, ServiceUse } from "../../../../src/router/index";
import { fakeService, type FakeService, type Reply } from "../fakeService";
import { startRouter, type RouterHarness } from "../routerHarness";

export const ollamaUse: ServiceUse = {
  ...{ id: "ollama", kind: "ollama", baseUrl: "http://127.0.0.1:11434/v1", automatic: true },
};
export const llamaUse: ServiceUse = {
  ...{ id: "llamacpp", kind: "llamacpp", baseUrl: "http://127.0.0.1:8080/v1", automatic: true },
};
export const studioUse: ServiceUse = {
  ...{ id: "lmstudio", kind: "lmstudio", baseUrl: "http://127.0.0.1:1234/v1", automatic: true },
};

/** A row of Ollama's list. */
export const tag = (name: string, fields: Record<string, unknown> = {}): Record<string, unknown> => ({
  ...{ name, model: name, digest: `${name}-0123456789abcdef`, size: 5_000_000_000 },
  ...{ capabilities: ["completion", "tools"], details: { context_length: 40_960 } },
  ...fields,
});

/** An Ollama with these rows; `windows` are the sizes of the loaded ones. */
export function fakeOllama(
  rows: readonly Record<string, unknown>[],
  windows: Record<string, number> = {},
): FakeService & { windows: Record<string, number> } {
  const service = fakeService([]);
  const loaded = () => rows.filter(({ name }) => Object.hasOwn(windows, String(name)));
  service.endpoints = {
    tags: () => Response.json({ models: rows }),
    ps: () =>
      Response.json({ models: loaded().map((row) => ({ ...row, context_length: windows[String(row["name"])] })) }),
  };
  return Object.assign(service, { windows });
}

/** A llama.cpp server with one model; `health` replies to the question whether it is ready. */
export function fakeLlama(health: Reply = () => Response.json({ status: "ok" }), slots = 1): FakeService {
  const service = fakeService([]);
  const props = { total_slots: slots, default_generation_settings: { n_ctx: 8192 }, modalities: { vision: false } };
  service.endpoints = {
    models: () => Response.json({ data: [{ id: "/home/ada/models/qwen3.gguf", meta: { size: 4_000 } }] }),
    "props?autoload=false": () => Response.json(props),
    health,
  };
  return service;
}

/** A router that asks only local servers, unless the settings say otherwise. */
export function startLocal(
  service: FakeService,
  use: ServiceUse = ollamaUse,
  settings: Partial<RouterSettings> = {},
  overrides: Partial<RouterOptions> & Partial<RouterHarness> = {},
) {
  const harness = startRouter({ services: [use], serviceOrder: "only-local", ...settings }, { service, ...overrides });
  return { ...harness, ask: (...args: Parameters<RouterHarness["ask"]>) => harness.ask(...args) };
}
