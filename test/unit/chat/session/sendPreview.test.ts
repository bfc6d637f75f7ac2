import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Step } from "../../../../src/chat/conversation/branch";
import type { StoredAttachment } from "../../../../src/chat/conversation/conversation";
import { sendPreview, type SendPreviewOptions } from "../../../../src/chat/session/sendPreview";
import type { Capability, Explanation, Model } from "../../../../src/router/index";
import { model } from "../../router/sampleModels";
import { openRouter } from "./sampleServices";

const small = model("m/small:free", { contextLength: 32_000 });
const large = model("m/large:free", { contextLength: 256_000 });
const vision = model("m/vision:free", { inputModalities: ["text", "image"] });
const vision2 = model("m/vision-2:free", { inputModalities: ["text", "image"] });

type Exclusion = [model: Model, rule: Explanation["excluded"][number]["rule"]];

function step(text: string, attachments: StoredAttachment[] = []): Step {
  const turn = { id: "draft", question: { text, attachments, at: 0 }, answers: [] };
  return { turn, answer: undefined, columns: [], versions: [] };
}

/** The preview of a request whose prompt has this many tokens, for which the models in `pool` are available and the others excluded. */
function preview(
  promptTokens: number,
  pool: Model[],
  exclusions: Exclusion[] = [],
  more: Partial<SendPreviewOptions> & { tooLong?: boolean; needs?: Capability[]; steps?: Step[] } = {},
) {
  const { tooLong = false, needs = [], steps = [step("Why?")], ...options } = more;
  const excluded = exclusions.map(([model, rule]) => ({ model, rule }));
  const explanation = {
    needs: { capabilities: needs, promptTokens, contextTokens: promptTokens + 4_096 },
    pool,
    excluded,
    fetchedAt: 0,
  };
  return sendPreview({
    trimmed: { steps, explanation, tooLong },
    leftOut: 0,
    attachments: [],
    cooldownUntil: () => undefined,
    services: [],
    mostRequests: 1,
    ...options,
  });
}

const image: StoredAttachment = { id: "p1", kind: "image", label: "shot.png", mediaType: "image/png" };
const noon = new Date(2099, 7, 22, 12, 0).getTime();
const readsNoImages: Exclusion = [small, "no-image"];

describe("sendPreview", () => {
  test("is empty for a short question", () => {
    assert.deepEqual(preview(13_900, [small, large]), {});
  });

  test("estimates the tokens of the prompt from half of what the smallest model can read beside an answer", () => {
    assert.deepEqual(preview(13_960, [small, large]), {
      tokenEstimate: {
        share: 13_960 / 27_904,
        text: "About 14,000 tokens, including this chat and its attachments. The smallest suitable free model has a limit of 32,000.",
      },
    });
    const exclusions: Exclusion[] = [
      [small, "context"],
      [vision, "resting"],
    ];
    assert.deepEqual(preview(40_000, [large], exclusions).tokenEstimate, {
      share: 40_000 / 27_904,
      text: "About 40,000 tokens, including this chat and its attachments. 1 of 2 free models can process that many.",
    });
  });

  test("reserves less for an answer of a local model with a small context", () => {
    const local = model("l/local", { contextLength: 4_096, loaded: true });
    assert.deepEqual(preview(1_500, [local]), {});
    assert.deepEqual(preview(1_600, [local]).tokenEstimate, {
      share: 1_600 / 3_072,
      text: "About 1,600 tokens, including this chat and its attachments. The smallest suitable free model has a limit of 4,096.",
    });
    const { warning } = preview(3_500, [], [[local, "context"]], { tooLong: true });
    assert.match(warning?.text ?? "", /about 3,500 tokens, but the limit is 3,072\./);
  });

  test("ignores models whose whole context an answer would fill", () => {
    assert.deepEqual(preview(200, [large], [[model("m/tiny:free", { contextLength: 4_000 }), "context"]]), {});
  });

  test("estimates nothing for an empty question in an empty chat", () => {
    assert.equal(preview(30_000, [small], [], { steps: [step(" ")] }).tokenEstimate, undefined);
    assert.ok(preview(30_000, [small], [], { steps: [step("", [image])] }).tokenEstimate);
    assert.ok(preview(30_000, [small], [], { steps: [step("Why?"), step("")] }).tokenEstimate);
  });

  test("warns that a question is too long, and offers to remove the longest attachment", () => {
    const attachments: StoredAttachment[] = [
      { id: "a1", kind: "file", label: "small.ts", text: "x" },
      { id: "a2", kind: "file", label: "big.ts", text: "x".repeat(1000) },
      image,
    ];
    const exclusions: Exclusion[] = [
      [small, "context"],
      [large, "context"],
    ];
    assert.deepEqual(preview(300_000, [], exclusions, { tooLong: true, attachments }).warning, {
      text: "This question is too long for every free model: about 300,000 tokens, but the limit is 251,900.",
      action: { label: "Remove big.ts", message: { type: "detach", id: "a2" } },
    });
    const { warning } = preview(300_000, [], exclusions, { tooLong: true });
    assert.match(warning?.text ?? "", /Shorten the question\.$/);
  });

  test("warns about questions that will not be sent", () => {
    assert.match(
      preview(30_000, [small], [], { leftOut: 1 }).warning?.text ?? "",
      /Its first question will not be sent/,
    );
    const { warning } = preview(30_000, [small], [], { leftOut: 3 });
    assert.match(warning?.text ?? "", /Its first 3 questions will not be sent/);
    assert.deepEqual(warning?.action, { label: "New Chat", message: { type: "new-chat" } });
  });

  test("warns of the last free requests of the day rather than of questions that will not be sent", () => {
    assert.equal(
      preview(30_000, [small], [], { leftOut: 1, services: [openRouter(1)] }).warning?.text,
      "This is your last free request today.",
    );
  });

  test("warns until the first model that reads images is available again", () => {
    const cooldowns = new Map([
      [vision.id, noon + 60_000],
      [vision2.id, noon],
    ]);
    const { warning } = preview(3_000, [], [readsNoImages, [vision, "resting"], [vision2, "resting"]], {
      needs: ["image"],
      attachments: [image],
      cooldownUntil: (id) => cooldowns.get(id),
    });
    assert.match(
      warning?.text ?? "",
      /^All free models that read images are busy\. The first one is available again at 12:00/,
    );
    assert.deepEqual(warning?.action, { label: "Remove shot.png", message: { type: "detach", id: "p1" } });
    assert.equal(warning.until, noon);
  });

  test("warns about an image if no available model reads images", () => {
    const warningFor = (exclusions: Exclusion[], attachments = [image]) =>
      preview(3_000, [], exclusions, { needs: ["image"], attachments }).warning;
    assert.deepEqual(warningFor([readsNoImages, [vision, "excluded"], [vision2, "gone"]]), {
      text: "All free models that read images are excluded by your settings.",
      action: { label: "Select Model", message: { type: "choose-model" } },
    });
    const cases: Exclusion[][] = [
      [readsNoImages],
      [readsNoImages, [vision, "gone"]],
      [
        [small, "excluded"],
        [vision, "paid"],
      ],
    ];
    for (const exclusions of cases)
      assert.deepEqual(warningFor(exclusions), {
        text: "No available free model reads images.",
        action: { label: "Remove shot.png", message: { type: "detach", id: "p1" } },
      });
    assert.deepEqual(
      warningFor([readsNoImages], [])?.action,
      { label: "New Chat", message: { type: "new-chat" } },
      "the image is in the history",
    );
    assert.equal(
      preview(3_000, [vision], [readsNoImages], { needs: ["image"], attachments: [image] }).warning,
      undefined,
    );
  });
});
