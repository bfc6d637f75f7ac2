import assert from "node:assert/strict";
import { test } from "node:test";
import { fakeClock } from "../../support/clock";
import { cloudServices, groqRow, groqUse, mistralRow, mistralUse } from "./cloudServices";
import { startBound } from "./cloudHarness";

test("a service that may train on prompts is left out if the settings deny that", async () => {
  const clock = fakeClock();
  const { fetch, services } = cloudServices([groqUse, mistralUse], clock.now);
  const [groq, mistral] = [services[0]!, services[1]!];
  groq.rows = [groqRow("a/b")];
  mistral.rows = [mistralRow("c")];
  const { ask, router, settings } = startBound(
    { services: [groqUse, mistralUse], strategy: "pinned", pinnedModel: "mistral::c", dataCollection: "deny" },
    { clock, fetch, apiKey: ({ service }) => Promise.resolve(service === "openrouter" ? undefined : "gsk_aB3xaB3x") },
  );

  assert.equal((await ask()).end?.model, "groq::a/b");
  assert.deepEqual(
    (await router.freeModels()).map(({ id }) => id),
    ["groq::a/b"],
  );
  const states = await router.services();
  const reasons = Object.fromEntries(states.map(({ id, error }) => [id, error?.reason]));
  assert.deepEqual([reasons["groq"], reasons["mistral"], mistral.requests.length], [undefined, "data-policy", 0]);

  settings.dataCollection = "allow";
  assert.equal((await ask()).end?.model, "mistral::c");
});
