import assert from "node:assert/strict";
import type { AttemptResult, AttemptEvent } from "../../../src/router/answerReader";
import { attempt, type AttemptOptions } from "../../../src/router/attempt";
import { isRouterError, type RouterError } from "../../../src/router/errors";
import { defaultSettings } from "../../../src/router/settings";
import { fakeClock } from "../../support/clock";
import { chunk, fakeService, type FakeService, type Reply } from "./fakeService";
import { model, question } from "./sampleModels";

export const asked = "a/asked:free";
const known = [model(asked, { canonicalSlug: "a/asked-20260101" }), model("b/spare:free")];
export const hi = chunk(asked, { content: "Hi" });
export const stop = chunk(asked, { content: "" }, "stop");

export interface Outcome {
  service: FakeService;
  events: AttemptEvent[];
  text: string;
  answer?: AttemptResult;
  error?: RouterError;
}

/** Makes one attempt, and listens to its end. */
export async function make(
  reply: Reply,
  more: Partial<AttemptOptions> = {},
  service = fakeService([asked]),
): Promise<Outcome> {
  service.script(reply);
  const { now } = fakeClock();
  const running = attempt({
    ...{ request: question, chain: [asked], models: known, settings: defaultSettings, key: "sk-or-v1-0123" },
    ...{ fetch: service.fetch, now, signals: [] },
    ...more,
  });
  const outcome: Outcome = { service, events: [], text: "" };
  try {
    let step = await running.next();
    for (; !step.done; step = await running.next()) outcome.events.push(step.value);
    outcome.answer = step.value;
  } catch (error) {
    assert.ok(isRouterError(error), String(error));
    outcome.error = error;
  }
  outcome.text = outcome.events.map((each) => (each.type === "text-delta" ? each.text : "")).join("");
  return outcome;
}

/** Lets everything happen that waits for nothing but its turn. */
export const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
};
