import assert from "node:assert/strict";
import { suite, test } from "node:test";
import fc from "fast-check";
import { trimHistory } from "../../../../src/chat/session/trimHistory";
import type { Step } from "../../../../src/chat/conversation/branch";
import type { CompletionRequest, Explanation } from "../../../../src/router/index";
import { model } from "../../router/sampleModels";

/** Steps whose questions weigh so many tokens each. */
const stepsOf = (weights: readonly number[]): Step[] =>
  weights.map((weight, index) => ({
    turn: { id: `t${index}`, question: { text: String(weight), attachments: [], at: 0 }, answers: [] },
    answer: undefined,
    versions: [],
  }));
const weigh = (steps: readonly Step[]): number => steps.reduce((sum, { turn }) => sum + Number(turn.question.text), 0);

/** A router with one model of this width, and how often it was asked. */
function routerOf(width: number, rule: "context" | "resting" = "context") {
  const only = model("m/one:free", { contextLength: width });
  const asked = { times: 0 };
  const explain = ({ max_tokens = 0 }: CompletionRequest): Promise<Explanation> => {
    asked.times += 1;
    const fits = max_tokens <= width && rule === "context";
    const needs = { capabilities: [], promptTokens: max_tokens, contextTokens: max_tokens };
    const [pool, excluded] = fits ? [[only], []] : [[], [{ model: only, rule }]];
    return Promise.resolve({ needs, pool, excluded, fetchedAt: 0 });
  };
  return { explain, asked };
}
// The weight travels as `max_tokens`: it is all that this router looks at.
const sizeOf = (steps: readonly Step[]): Promise<CompletionRequest> =>
  Promise.resolve({ messages: [], max_tokens: weigh(steps) });

suite("a conversation is made to fit", () => {
  test("by leaving out as few of the oldest questions as needed, never the last", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 400 }),
        async (weights, width) => {
          const steps = stepsOf(weights);
          const { steps: kept, tooLong } = await trimHistory(steps, sizeOf, routerOf(width));
          if (Number(weights.at(-1)) > width) {
            assert.deepEqual([tooLong, kept], [true, steps]);
            return;
          }
          const left = steps.length - kept.length;
          assert.ok(!tooLong && weigh(kept) <= width && kept.at(-1) === steps.at(-1));
          assert.ok(left === 0 || weigh(steps.slice(left - 1)) > width, "one more would not have fitted");
        },
      ),
    );
  });

  test("with few looks, however long it is, and one where it fits as it is", async () => {
    const steps = stepsOf(Array<number>(1000).fill(10));
    const long = routerOf(1234);
    await trimHistory(steps, sizeOf, long);
    assert.ok(long.asked.times <= 12, `${long.asked.times}`);
    const short = routerOf(1_000_000);
    await trimHistory(steps, sizeOf, short);
    assert.equal(short.asked.times, 1);
  });

  test("not when the models are only resting: nothing is lost for a minute's wait", async () => {
    const steps = stepsOf([10, 10]);
    const { steps: kept, tooLong } = await trimHistory(steps, sizeOf, routerOf(100, "resting"));
    assert.deepEqual([kept.length, tooLong], [2, false]);
  });
});
