import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, it } from "node:test";
import { imageMediaType, megabytes } from "../../../src/context/imageFormat";
import { projectRoot } from "../../support/projectRoot";

const bytes = (...parts: (string | number)[]): Uint8Array =>
  Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part, "latin1") : Buffer.from([part]))));

describe("A picture's type", () => {
  const cases: [what: string, start: Uint8Array, type: string | undefined][] = [
    ["PNG", bytes(0x89, "PNG\r\n", 0x1a, "\n", "rest"), "image/png"],
    ["JPEG", bytes(0xff, 0xd8, 0xff, 0xe0, "JFIF"), "image/jpeg"],
    ["GIF", bytes("GIF89a", "rest"), "image/gif"],
    ["WebP", bytes("RIFF", 0x0a, 0, 0, 0x0a, "WEBPVP8 "), "image/webp"],
    ["sound in a RIFF", bytes("RIFF", 0, 0, 0, 0, "WAVE"), undefined],
    ["BMP", bytes("BM", "whatever"), undefined],
    ["SVG", bytes("<svg xmlns="), undefined],
    ["a PNG cut short", bytes(0x89, "PNG"), undefined],
    ["nothing", bytes(), undefined],
  ];
  for (const [what, start, type] of cases)
    it(`is known by its first bytes: ${what}`, () => assert.equal(imageMediaType(start), type));

  it("of a real file is known", () => {
    assert.equal(imageMediaType(readFileSync(path.join(projectRoot, "media", "icon.png"))), "image/png");
  });
});

describe("A picture's size", () => {
  it("is written as in the user's language", () => {
    const bytes = 20.44 * 1024 * 1024;
    assert.deepEqual([megabytes(bytes, "en"), megabytes(bytes, "de")], ["20.4", "20,4"]);
  });
});
