import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { trimHistory } from "../../../../src/chat/session/trimHistory";
import type { Step } from "../../../../src/chat/conversation/branch";
import type { CompletionRequest, Explanation } from "../../../../src/router/index";
import { model } from "../../router/sampleModels";

/** Steps whose questions have these sizes in tokens. */
const stepsOf = (sizes: readonly number[]): Step[] =>
  sizes.map((size, index) => ({
    turn: { id: `t${index}`, question: { text: String(size), attachments: [], at: 0 }, answers: [] },
    answer: undefined,
    columns: [],
    versions: [],
  }));
const totalSize = (steps: readonly Step[]): number =>
  steps.reduce((sum, { turn }) => sum + Number(turn.question.text), 0);

/** A router with one model that has this context length, and a count of its calls. */
function routerWith(contextLength: number, rule: "context" | "resting" = "context") {
  const only = model("m/one:free", { contextLength });
  const calls = { count: 0 };
  const explain = ({ max_tokens = 0 }: CompletionRequest): Promise<Explanation> => {
    calls.count += 1;
    const fits = max_tokens <= contextLength && rule === "context";
    const needs = { capabilities: [], promptTokens: max_tokens, contextTokens: max_tokens };
    const [pool, excluded] = fits ? [[only], []] : [[], [{ model: only, rule }]];
    return Promise.resolve({ needs, pool, excluded, fetchedAt: 0 });
  };
  return { explain, calls };
}
// The size is passed as `max_tokens`, the only field that this router reads.
const build = (steps: readonly Step[]): Promise<CompletionRequest> =>
  Promise.resolve({ messages: [], max_tokens: totalSize(steps) });

describe("trimHistory", () => {
  test("leaves out as few of the oldest steps as needed, but never the last one", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1, maxLength: 40 }),
        fc.integer({ min: 1, max: 400 }),
        async (sizes, contextLength) => {
          const steps = stepsOf(sizes);
          const { steps: newest, tooLong } = await trimHistory(steps, build, routerWith(contextLength));
          if (Number(sizes.at(-1)) > contextLength) {
            assert.deepEqual([tooLong, newest], [true, steps]);
            return;
          }
          const leftOut = steps.length - newest.length;
          assert.ok(!tooLong && totalSize(newest) <= contextLength && newest.at(-1) === steps.at(-1));
          assert.ok(leftOut === 0 || totalSize(steps.slice(leftOut - 1)) > contextLength, "one more would not fit");
        },
      ),
    );
  });

  test("needs few calls of the router for a long history, and one for a history that fits", async () => {
    const steps = stepsOf(Array<number>(1000).fill(10));
    const small = routerWith(1234);
    await trimHistory(steps, build, small);
    assert.ok(small.calls.count <= 12, `${small.calls.count}`);
    const large = routerWith(1_000_000);
    await trimHistory(steps, build, large);
    assert.equal(large.calls.count, 1);
  });

  test("leaves out nothing if the models are only cooling down", async () => {
    const steps = stepsOf([10, 10]);
    const { steps: sent, tooLong } = await trimHistory(steps, build, routerWith(100, "resting"));
    assert.deepEqual([sent.length, tooLong], [2, false]);
  });
});
