import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { CompletionRequest } from "../../../src/router/index";
import { examinePrompt } from "../../../src/router/truncation";
import { model } from "./sampleModels";

/** A request of about so many estimated tokens. */
const requestOf = (tokens: number): CompletionRequest => ({
  messages: [{ role: "user", content: "x".repeat(tokens * 3) }],
});

/** What is found if a model that is loaded counted these tokens, and its server then tells this window. */
async function examine(estimate: number, promptTokens: number | undefined, window?: number, loaded = true) {
  let asked = 0;
  const loadedWindow = () => Promise.resolve(asked++ === 0 ? window : undefined);
  const options = { request: requestOf(estimate), model: model("ollama::a", { loaded }), promptTokens, loadedWindow };
  return { ...(await examinePrompt(options)), asked };
}

describe("a prompt that a server has cut without a word", () => {
  test("9000 tokens sent, 3021 counted, and the window is 4096", async () =>
    assert.deepEqual(await examine(9_000, 3_021, 4_096), { isTruncated: true, window: 4_096, asked: 1 }));
  test("the server does not tell its window: the next power of two", async () =>
    assert.deepEqual(await examine(9_000, 3_021), { isTruncated: true, window: 4_096, asked: 1 }));
  test("the server tells a larger window than it uses", async () =>
    assert.deepEqual(await examine(9_000, 3_021, 32_768), { isTruncated: true, window: 4_096, asked: 1 }));
  test("English counts three quarters of the estimate", async () =>
    assert.deepEqual(await examine(9_000, 6_750), { isTruncated: false, window: undefined, asked: 0 }));
  test("indented code counts less, but fits into the window", async () =>
    assert.deepEqual(await examine(9_000, 5_400, 32_768), { isTruncated: false, window: 32_768, asked: 1 }));
  test("a short prompt was not cut", async () => assert.equal((await examine(900, 100, 4_096)).isTruncated, false));
  test("no figure, no finding", async () => {
    assert.equal((await examine(9_000, undefined)).isTruncated, false);
    assert.equal((await examine(9_000, 0)).isTruncated, false);
  });
  test("the first answer of a model tells its window", async () =>
    assert.deepEqual(await examine(2_000, 1_900, 32_768, false), { isTruncated: false, window: 32_768, asked: 1 }));
  test("images are no part of the comparison", async () => {
    const url = { image_url: { url: "data:image/png;base64,AAAA" }, type: "image_url" } as const;
    const request: CompletionRequest = { messages: [{ role: "user", content: [url, url, url] }] };
    const loadedWindow = () => Promise.resolve(undefined);
    const found = await examinePrompt({
      request,
      model: model("a", { loaded: true }),
      promptTokens: 800,
      loadedWindow,
    });
    assert.equal(found.isTruncated, false);
  });
});
