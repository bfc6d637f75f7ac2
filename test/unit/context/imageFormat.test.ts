import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import { imageMediaType, formatMegabytes } from "../../../src/context/imageFormat";
import { projectRoot } from "../../support/projectRoot";

const bytes = (...parts: (string | number)[]): Uint8Array =>
  Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part, "latin1") : Buffer.from([part]))));

describe("imageMediaType", () => {
  const cases: [name: string, start: Uint8Array, mediaType: string | undefined][] = [
    ["PNG", bytes(0x89, "PNG\r\n", 0x1a, "\n", "rest"), "image/png"],
    ["JPEG", bytes(0xff, 0xd8, 0xff, 0xe0, "JFIF"), "image/jpeg"],
    ["GIF", bytes("GIF89a", "rest"), "image/gif"],
    ["WebP", bytes("RIFF", 0x0a, 0, 0, 0x0a, "WEBPVP8 "), "image/webp"],
    ["a RIFF file with audio", bytes("RIFF", 0, 0, 0, 0, "WAVE"), undefined],
    ["BMP", bytes("BM", "whatever"), undefined],
    ["SVG", bytes("<svg xmlns="), undefined],
    ["a truncated PNG signature", bytes(0x89, "PNG"), undefined],
    ["an empty file", bytes(), undefined],
  ];
  for (const [name, start, mediaType] of cases)
    test(`${name} is ${mediaType ?? "not supported"}`, () => assert.equal(imageMediaType(start), mediaType));

  test("detects the type of a real file", () => {
    assert.equal(imageMediaType(readFileSync(path.join(projectRoot, "media", "icon.png"))), "image/png");
  });
});

describe("formatMegabytes", () => {
  test("formats the size in the given language", () => {
    const bytes = 20.44 * 1024 * 1024;
    assert.deepEqual([formatMegabytes(bytes, "en"), formatMegabytes(bytes, "de")], ["20.4", "20,4"]);
  });
});
