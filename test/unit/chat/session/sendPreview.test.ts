import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { StoredAttachment } from "../../../../src/chat/conversation/conversation";
import { sendPreview, type SendPreviewOptions } from "../../../../src/chat/session/sendPreview";
import type { Capability, Explanation, Model } from "../../../../src/router/index";
import { model } from "../../router/sampleModels";

const text = model("m/text:free", { contextLength: 32_000 });
const wide = model("m/wide:free", { contextLength: 256_000 });
const eyes = model("m/eyes:free", { inputModalities: ["text", "image"] });
const eyes2 = model("m/eyes-2:free", { inputModalities: ["text", "image"] });

type Out = [model: Model, rule: Explanation["excluded"][number]["rule"]];

/** What is told of a question of so many tokens, for which these models are there, and those are not. */
function told(
  contextTokens: number,
  pool: Model[],
  out: Out[] = [],
  more: Partial<SendPreviewOptions> & { tooLong?: boolean; needs?: Capability[] } = {},
) {
  const { tooLong = false, needs = [], ...facts } = more;
  const excluded = out.map(([model, rule]) => ({ model, rule }));
  const explanation = {
    needs: { capabilities: needs, promptTokens: contextTokens - 4096, contextTokens },
    pool,
    excluded,
    fetchedAt: 0,
  };
  return sendPreview({
    trimmed: { steps: [], explanation, tooLong },
    leftOut: 0,
    attachments: [],
    restingUntil: () => undefined,
    ...facts,
  });
}

const picture: StoredAttachment = { id: "p1", kind: "image", label: "shot.png", mediaType: "image/png" };
const noon = new Date(2026, 7, 22, 12, 0).getTime();
const blind: Out = [text, "no-image"];

suite("what becomes of a question", () => {
  test("nothing is told while it is short", () => {
    assert.deepEqual(told(15_000, [text, wide]), {});
  });

  test("from half of the smallest model's room on its weight is told, and then how many models can still read it", () => {
    assert.deepEqual(told(16_040, [text, wide]), {
      weight: {
        share: 16_040 / 32_000,
        words:
          "About 16,000 tokens with this chat and what is attached. The smallest free model that can answer reads 32,000.",
      },
    });
    assert.deepEqual(
      told(
        40_000,
        [wide],
        [
          [text, "context"],
          [eyes, "resting"],
        ],
      ).tokenEstimate,
      {
        share: 1.25,
        words: "About 40,000 tokens with this chat and what is attached. 1 of 2 free models can read that much.",
      },
    );
  });

  test("what no model reads is said before it is sent, with the heaviest chip to take away", () => {
    const chips: StoredAttachment[] = [
      { id: "a1", kind: "file", label: "small.ts", text: "x" },
      { id: "a2", kind: "file", label: "big.ts", text: "x".repeat(1000) },
      picture,
    ];
    const out: Out[] = [
      [text, "context"],
      [wide, "context"],
    ];
    assert.deepEqual(told(300_000, [], out, { tooLong: true, attachments: chips }).warning, {
      text: "This is more than any free model reads at once: about 300,000 tokens, and the most is 256,000.",
      action: { label: "Remove big.ts", says: { type: "detach", id: "a2" } },
    });
    assert.match(told(300_000, [], out, { tooLong: true }).warning?.text ?? "", /Shorten the question\.$/);
  });

  test("questions that stay behind are counted", () => {
    assert.match(told(30_000, [text], [], { leftOut: 1 }).warning?.text ?? "", /its first question will not be sent/);
    const { warning } = told(30_000, [text], [], { leftOut: 3 });
    assert.match(warning?.text ?? "", /its first 3 questions will not be sent/);
    assert.deepEqual(warning?.action, { label: "New Chat", says: { type: "new-chat" } });
  });

  test("a picture while every model that sees pictures is busy: when the first is back, and until then", () => {
    const back = new Map([
      [eyes.id, noon + 60_000],
      [eyes2.id, noon],
    ]);
    const out: Out[] = [blind, [eyes, "resting"], [eyes2, "resting"]];
    const { warning } = told(3_000, [], out, {
      needs: ["image"],
      attachments: [picture],
      restingUntil: (id) => back.get(id),
    });
    assert.match(
      warning?.text ?? "",
      /^Every free model that sees pictures is busy right now\. The first is back at 12:00/,
    );
    assert.deepEqual(warning?.action, { label: "Remove shot.png", says: { type: "detach", id: "p1" } });
    assert.equal(warning.until, noon);
  });

  test("a picture while they are excluded, gone, or there is none", () => {
    const say = (out: Out[], attachments = [picture]) =>
      told(3_000, [], out, { needs: ["image"], attachments }).warning;
    assert.deepEqual(say([blind, [eyes, "excluded"], [eyes2, "gone"]]), {
      text: "You excluded every free model that sees pictures.",
      action: { label: "Select Model", says: { type: "choose-model" } },
    });
    for (const out of [
      [blind],
      [blind, [eyes, "gone"]],
      [
        [text, "excluded"],
        [eyes, "paid"],
      ],
    ] as Out[][])
      assert.deepEqual(say(out), {
        text: "No free model that can be used right now sees pictures.",
        action: { label: "Remove shot.png", says: { type: "detach", id: "p1" } },
      });
    // It is in the history: only another chat goes without it.
    assert.deepEqual(say([blind], [])?.action, { label: "New Chat", says: { type: "new-chat" } });
    assert.equal(told(3_000, [eyes], [blind], { needs: ["image"], attachments: [picture] }).warning, undefined);
  });
});
