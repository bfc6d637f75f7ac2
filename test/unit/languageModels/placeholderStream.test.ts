import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { PlaceholderStream } from "../../../src/languageModels/placeholderStream";

const restore = (text: string): Promise<string> => Promise.resolve(text.replaceAll(/<SECRET_(\d{1,6})>/g, "[$1]"));

async function streamed(pieces: readonly string[]): Promise<string> {
  const stream = new PlaceholderStream(restore);
  let text = "";
  for (const piece of pieces) text += await stream.push(piece);
  return text + stream.end();
}

test("Secrets are put back wherever the stream is cut", async () => {
  const word = fc.constantFrom("<SECRET_1>", "<SECRET_22>", "<SECRET_", "<", ">", "a", " <S", "\n", "<SECRET_x>", "7");
  await fc.assert(
    fc.asyncProperty(fc.array(word), fc.array(fc.nat(200)), async (words, cuts) => {
      const text = words.join("");
      const places = [...new Set([0, ...cuts.map((cut) => cut % (text.length + 1)), text.length])].sort(
        (a, b) => a - b,
      );
      const pieces = places.map((place, index) => text.slice(place, places[index + 1] ?? text.length));
      assert.equal(await streamed(pieces), await restore(text));
    }),
  );
});

test("Text without a placeholder is shown at once, without a promise", () => {
  const stream = new PlaceholderStream(restore);
  assert.equal(stream.push("a < b and "), "a < b and ");
  assert.equal(stream.push("x <SEC"), "x ");
  assert.equal(stream.push("OND"), "<SECOND");
  assert.equal(stream.end(), "");
});
