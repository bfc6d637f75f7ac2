import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createRouter, type Router, type RouterEvent, type ServiceUse } from "../../../src/router/index";
import { startLlamaCpp } from "../../support/services/llamaCpp";
import { startLmStudio } from "../../support/services/lmStudio";
import { startOllama } from "../../support/services/ollama";

/** A router that asks only the simulator. */
function routerFor(kind: ServiceUse["kind"], { baseUrl }: { baseUrl: string }): Router {
  const services = [{ id: kind, kind, baseUrl, automatic: true }];
  return createRouter({
    ...{ apiKey: () => Promise.resolve(undefined), fetch },
    settings: () => ({ services, serviceOrder: "only-local" }),
  });
}

async function ask(router: Router, signal?: AbortSignal): Promise<RouterEvent[]> {
  const events: RouterEvent[] = [];
  const request = { messages: [{ role: "user", content: "Why is the sky blue?" }] } as const;
  for await (const event of router.complete(request, signal ? { signal } : {})) events.push(event);
  return events;
}

describe("local servers over HTTP", () => {
  test("Ollama offers its local chat models, and gets nothing that it does not know", async () => {
    await using ollama = await startOllama();
    const router = routerFor("ollama", ollama);
    const models = await router.freeModels();
    assert.deepEqual(
      models.map(({ id, contextLength }) => [id, contextLength]),
      [
        ["ollama::qwen3:8b", 4096],
        ["ollama::gemma4:latest", 4096],
        ["ollama::codellama:7b", 4096],
      ],
    );
    assert.equal((await ask(router)).at(-1)?.type, "completion-end");
    assert.deepEqual(ollama.violations, []);
  });

  test("an Ollama before 2026 offers the same", async () => {
    await using ollama = await startOllama({ listsCapabilities: false });
    assert.equal((await routerFor("ollama", ollama).freeModels()).length, 3);
  });

  test("LM Studio answers", async () => {
    await using studio = await startLmStudio();
    assert.equal((await ask(routerFor("lmstudio", studio))).at(-1)?.type, "completion-end");
    assert.deepEqual(studio.violations, []);
  });

  test("llama.cpp answers", async () => {
    await using llama = await startLlamaCpp();
    assert.equal((await ask(routerFor("llamacpp", llama))).at(-1)?.type, "completion-end");
    assert.deepEqual(llama.violations, []);
  });

  test("stopping closes the connection, and the slot of the server is free", async () => {
    await using ollama = await startOllama({ loadMs: 60_000 });
    const controller = new AbortController();
    const asked = ask(routerFor("ollama", ollama), controller.signal);
    await until(() => ollama.slots.used === 1);
    controller.abort();
    await assert.rejects(asked, { reason: "aborted" });
    await until(() => ollama.slots.used === 0);
  });
});

/** Waits for what the server notices, five seconds at most. */
async function until(isDone: () => boolean): Promise<void> {
  const deadline = performance.now() + 5_000;
  while (!isDone()) {
    assert.ok(performance.now() < deadline, "did not happen in time");
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
