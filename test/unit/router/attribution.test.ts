import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { attributeFailure, skippedModels } from "../../../src/router/attribution";
import { RouterError, type RouterErrorDetails } from "../../../src/router/errors";

const chain = ["m/a:free", "m/b:free", "m/c:free", "m/d:free"];
const busy = (details: RouterErrorDetails = {}) => new RouterError("rate-limit-model", "Busy.", details);

/** Who is blamed for what, in the order of the chain; a question mark where it is only likely. */
const told = (error: RouterError, served?: string, asked = chain): string =>
  attributeFailure(error, asked, served)
    .map(({ model, reason, certain }) => `${model.replace(/^m\/|:free$/g, "")} ${reason}${certain ? "" : "?"}`)
    .join(", ");

describe("whose failure it was", () => {
  const cases: [what: string, error: RouterError, blamed: string, served?: string][] = [
    ["nobody says: the first, most likely", busy(), "a rate-limit-model?"],
    [
      "the text names one",
      busy({ detail: "m/b:free is temporarily rate-limited" }),
      "a rate-limit-model, b rate-limit-model",
    ],
    [
      "the text names several: the last",
      busy({ detail: "m/a:free, then m/c:free" }),
      "a rate-limit-model, b rate-limit-model, c rate-limit-model",
    ],
    ["the stream named it", busy(), "a rate-limit-model, b rate-limit-model", "m/b:free"],
    ["the stream named a stranger", busy(), "stranger rate-limit-model", "stranger"],
    [
      "the service tells how each ended",
      busy({
        chain: [
          { model: "m/a:free", status: 502 },
          { model: "m/b:free", status: 429 },
        ],
      }),
      "a unavailable, b rate-limit-model",
    ],
    [
      "it tells of one only: those before it failed somehow",
      busy({ chain: [{ model: "m/c:free", status: 429 }] }),
      "a rate-limit-model, b rate-limit-model, c rate-limit-model",
    ],
    ["it tells of strangers only", busy({ chain: [{ model: "x", status: 500 }] }), "a rate-limit-model?"],
    [
      "it tells the codes of those before",
      busy({ previousStatuses: [429, 503] }),
      "a rate-limit-model, b unavailable, c rate-limit-model",
    ],
    [
      "it tells more codes than were asked",
      busy({ previousStatuses: [429, 429, 429, 429, 429] }),
      "a rate-limit-model?",
    ],
  ];
  for (const [what, error, blamed, served] of cases) test(what, () => assert.equal(told(error, served), blamed));

  test("a chain of one leaves no doubt", () => {
    assert.equal(told(busy(), undefined, ["m/a:free"]), "a rate-limit-model");
    assert.equal(told(busy(), undefined, []), " rate-limit-model?", "nor does a chain of none break anything");
  });

  test("only the last one is to rest as long as the service says", () => {
    const blamed = attributeFailure(busy({ retryAt: 7, detail: "m/b:free" }), chain, undefined);
    assert.deepEqual(
      blamed.map(({ retryAt }) => retryAt),
      [undefined, 7],
    );
  });
});

describe("who was passed over before an answer", () => {
  test("those before it in the chain", () => {
    assert.deepEqual(skippedModels([], chain, "m/a:free"), []);
    assert.deepEqual(skippedModels([], chain, "stranger"), []);
    assert.deepEqual(skippedModels([{ model: "m/b:free", status: 502 }], chain, "m/c:free"), [
      { model: "m/a:free", reason: "rate-limit-model", certain: true },
      { model: "m/b:free", reason: "unavailable", certain: true },
    ]);
  });
});
