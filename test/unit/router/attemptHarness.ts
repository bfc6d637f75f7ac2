import assert from "node:assert/strict";
import type { AttemptResult, AttemptEvent } from "../../../src/router/answerReader";
import { attempt, type AttemptOptions } from "../../../src/router/attempt";
import { AttemptError } from "../../../src/router/attemptError";
import { openRouter } from "../../../src/router/services/openrouter/openrouter";
import { defaultSettings } from "../../../src/router/settings";
import { fakeClock } from "../../support/clock";
import { chunk, fakeService, type FakeService, type Reply } from "./fakeService";
import { model, question } from "./sampleModels";

export const requestedModel = "a/asked:free";
const models = [model(requestedModel, { canonicalSlug: "a/asked-20260101" }), model("b/spare:free")];
export const hiChunk = chunk(requestedModel, { content: "Hi" });
export const stopChunk = chunk(requestedModel, { content: "" }, "stop");

export interface Outcome {
  service: FakeService;
  events: AttemptEvent[];
  text: string;
  answer?: AttemptResult;
  error?: AttemptError;
}

/** Runs one attempt to its end. */
export async function runAttempt(
  reply: Reply,
  overrides: Partial<AttemptOptions> = {},
  service = fakeService([requestedModel]),
): Promise<Outcome> {
  service.script(reply);
  const { now } = fakeClock();
  const running = attempt({
    ...{ request: question, chain: [requestedModel], models, settings: defaultSettings, service: openRouter },
    access: { baseUrl: defaultSettings.baseUrl, key: "sk-or-v1-0123" },
    ...{ fetch: service.fetch, now, signals: [] },
    ...{ omittedFields: new Set(), isReasoningMandatory: () => false },
    ...overrides,
  });
  const outcome: Outcome = { service, events: [], text: "" };
  try {
    let step = await running.next();
    for (; !step.done; step = await running.next()) outcome.events.push(step.value);
    outcome.answer = step.value;
  } catch (error) {
    assert.ok(error instanceof AttemptError, String(error));
    outcome.error = error;
  }
  outcome.text = outcome.events.map((event) => (event.type === "text-delta" ? event.text : "")).join("");
  return outcome;
}

/** Waits until pending promises and immediates have run. */
export const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
};
