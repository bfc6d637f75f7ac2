import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { ChatPageHarness } from "../../support/page/chatPage";
import { chatPages } from "../../support/page/chatPages";

const open = chatPages();

const field = ".composer-text";

describe("fitting an image", () => {
  test("scales a pasted image down and keeps its actual format, regardless of its file name", async () => {
    await using chat = await open();
    const attached = chat.nextMessage("attach-image");
    await chat.page.evaluate(async (selector) => {
      const canvas = new OffscreenCanvas(4000, 1000);
      const context = canvas.getContext("2d");
      if (context) context.fillRect(10, 10, 3000, 500);
      const blob = await canvas.convertToBlob({ type: "image/png" });
      const transfer = new DataTransfer();
      transfer.items.add(new File([blob], "photo.jpg", { type: "image/jpeg" }));
      document
        .querySelector(selector)
        ?.dispatchEvent(new ClipboardEvent("paste", { clipboardData: transfer, bubbles: true, cancelable: true }));
    }, field);
    const { data, label } = await attached;
    const bytes = Buffer.from(data, "base64");
    assert.equal(label, "photo.jpg");
    assert.equal(bytes.subarray(1, 4).toString("latin1"), "PNG");
    assert.deepEqual([bytes.readUInt32BE(16), bytes.readUInt32BE(20)], [1568, 392]);
  });

  test("converts a noisy PNG to a JPEG of at most 1.5 MB", async () => {
    await using chat = await open();
    const attached = chat.nextMessage("attach-image");
    await chat.page.evaluate(async (selector) => {
      const canvas = new OffscreenCanvas(1568, 1568);
      const context = canvas.getContext("2d");
      const noise = new ImageData(1568, 1568);
      for (let i = 0; i < noise.data.length; i += 1) noise.data[i] = i % 4 === 3 ? 255 : Math.random() * 256;
      context?.putImageData(noise, 0, 0);
      const blob = await canvas.convertToBlob({ type: "image/png" });
      const transfer = new DataTransfer();
      transfer.items.add(new File([blob], "noise.png", { type: "image/png" }));
      document
        .querySelector(selector)
        ?.dispatchEvent(new ClipboardEvent("paste", { clipboardData: transfer, bubbles: true, cancelable: true }));
    }, field);
    const bytes = Buffer.from((await attached).data, "base64");
    assert.ok(bytes.length <= 1_500_000, `${bytes.length}`);
    assert.equal(bytes.readUInt16BE(0), 0xffd8);
  });

  test("applies the Exif orientation of a photo and removes its metadata", async () => {
    await using chat = await open();
    const photo = await chat.page.evaluate(async () => {
      const canvas = new OffscreenCanvas(60, 20);
      const context = canvas.getContext("2d");
      if (context) context.fillRect(0, 0, 30, 20);
      const blob = await canvas.convertToBlob({ type: "image/jpeg" });
      return [...new Uint8Array(await blob.arrayBuffer())];
    });
    const plain = await fit(chat, "plain.jpg", photo);
    const rotated = await fit(chat, "phone.jpg", withExif(photo));
    assert.deepEqual(jpegSize(plain), [60, 20]);
    assert.deepEqual(jpegSize(rotated), [20, 60]);
    assert.ok(!rotated.includes("Exif") && !rotated.includes("Leipzig"));
  });

  test("rejects a file that the browser cannot decode, and reports that to the host", async () => {
    await using chat = await open();
    const reported = chat.nextMessage("image-fitted");
    const data = Buffer.from("II*\0 a scan").toString("base64");
    await chat.send({ type: "fit-image", id: "p1", label: "scan.tiff", data });
    assert.deepEqual(await reported, { type: "image-fitted", id: "p1" });
    assert.match((await chat.page.textContent(".notice.error")) ?? "", /scan\.tiff is not a supported image/);
  });
});

describe("fitting an SVG", () => {
  test("rasterizes it in high resolution, with or without a size", async () => {
    await using chat = await open();
    const files = {
      sized:
        '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="30" height="10"><rect width="9" height="9"/></svg>',
      unsized: '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 10"><circle r="4"/></svg>',
    };
    for (const [name, svg] of Object.entries(files)) {
      const png = await fit(chat, `${name}.svg`, [...Buffer.from(svg)]);
      assert.equal(png.subarray(1, 4).toString("latin1"), "PNG");
      assert.equal(png.readUInt32BE(16), 1200, name);
    }
  });

  test("rasterizes one that references the same elements a few hundred times", async () => {
    await using chat = await open();
    const svg = `<?xml version="1.0" encoding="iso-8859-1"?><svg xmlns="http://www.w3.org/2000/svg" width="40" height="10">
      <style>.a { clip-path: url(#c) } @media all { .b { mask: url(#m) } }</style><defs><clipPath id="c"><rect width="40" height="9"/></clipPath>
      <mask id="m"><rect width="9" height="9" fill="#fff"/></mask><g id="g"><rect class="b" width="9" height="9"/></g></defs>
      ${'<use href="#g" class="a"/>'.repeat(200)}<text>\xfc</text></svg>`;
    const png = await fit(chat, "plan.svg", [...Buffer.from(svg, "latin1")]);
    assert.equal(png.readUInt32BE(16), 1200);
  });

  test("rejects one that is too complex without rendering it, and one whose pixels cannot be read", async () => {
    await using chat = await open();
    const rendered = await chat.page.evaluateHandle(() => {
      const counter = { images: 0 };
      window.Image = class extends Image {
        constructor() {
          super();
          counter.images += 1;
        }
      };
      return counter;
    });
    for (const [name, content] of Object.entries(svgBombs)) {
      const rejected = chat.nextMessage("image-fitted");
      const data = Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg">${content}</svg>`).toString("base64");
      await chat.send({ type: "fit-image", id: "p1", label: `${name}.svg`, data });
      assert.deepEqual(await rejected, { type: "image-fitted", id: "p1" }, name);
      await chat.page.waitForSelector(`.notice.error :text("${name}.svg is too complex")`);
    }
    assert.equal(await rendered.evaluate(({ images }) => images), 0);
    const html =
      '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><foreignObject width="9" height="9"/></svg>';
    assert.equal((await fit(chat, "sketch.svg", [...Buffer.from(html)])).length, 0);
    assert.match((await chat.page.textContent(".notice.error:last-child")) ?? "", /sketch\.svg .* Save it as PNG/);
    assert.deepEqual(chat.errors, []);
  });
});

/** Elements at several levels, each of which refers to the next level. */
function nested(levels: number, element: (id: string, nextId: string) => string, last: string): string {
  const ids = Array.from({ length: levels }, (_, index) => `l${index}`);
  return ids.map((id, index) => element(id, ids[index + 1] ?? "z")).join("") + last;
}

const rect = (attribute = ""): string => `<rect width="300" height="150" fill="#fff" ${attribute}/>`;

/** SVGs of a few kilobytes (`shapes`: megabytes) that take a browser ten seconds or more to render. */
const svgBombs = {
  use: `<defs>${nested(9, (id, next) => `<g id="${id}">${`<use href="#${next}"/>`.repeat(10)}</g>`, '<path id="z"/>')}</defs><use href="#l0"/>`,
  mask: `${nested(5, (id, next) => `<mask id="${id}">${rect(`mask="url(#${next})"`).repeat(10)}</mask>`, `<mask id="z">${rect()}</mask>`)}${rect('mask="url(#l0)"')}`,
  clip: `${nested(5, (id, next) => `<clipPath id="${id}">${rect(`style="clip-path: url('#${next}')"`).repeat(10)}</clipPath>`, `<clipPath id="z">${rect()}</clipPath>`)}${rect('clip-path="url(#l0)"')}`,
  marker: `${nested(5, (id, next) => `<marker id="${id}"><g marker-mid="url(#${next})"><path d="M0 0${"L1 1L0 1".repeat(9)}"/></g></marker>`, `<marker id="z">${rect()}</marker>`)}<path d="M0 0${"L9 9L0 9".repeat(9)}" marker-mid="url(#l0)"/>`,
  style: `<style>${[0, 1, 2, 3, 4].map((at) => `@media all { .c${at} { mask: url(#m${at + 1}) } }`).join("")}</style>${[1, 2, 3, 4, 5].map((at) => `<mask id="m${at}">${rect(`class="c${at}"`).repeat(10)}</mask>`).join("")}${rect('class="c0"')}`,
  effect: `<filter id="f">${'<feMorphology operator="dilate" radius="200"/>'.repeat(300)}</filter>${rect('filter="url(#f)"')}`,
  shapes: '<rect width="300" height="150" opacity=".5"/>'.repeat(60_000),
};

/** Has the page fit an image for the host. Resolves to the new image, or to an empty buffer. */
async function fit(chat: ChatPageHarness, label: string, bytes: readonly number[]): Promise<Buffer> {
  const fitted = chat.nextMessage("image-fitted");
  await chat.send({ type: "fit-image", id: "p1", label, data: Buffer.from(bytes).toString("base64") });
  return Buffer.from((await fitted).data ?? "", "base64");
}

/** The JPEG with metadata like from a phone held upright: Exif orientation 6 and a description. */
function withExif(jpeg: readonly number[]): number[] {
  const tiff = Buffer.from([
    ...[0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 2], // big endian; one directory of two entries
    ...[0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0], // orientation: 6
    ...[0x01, 0x0e, 0, 2, 0, 0, 0, 8, 0, 0, 0, 38], // description: eight bytes at offset 38
    ...[0, 0, 0, 0],
    ...Buffer.from("Leipzig\0"),
  ]);
  const body = Buffer.concat([Buffer.from("Exif\0\0", "latin1"), tiff]);
  const segment = [0xff, 0xe1, (body.length + 2) >> 8, (body.length + 2) & 0xff, ...body];
  return [...jpeg.slice(0, 2), ...segment, ...jpeg.slice(2)];
}

/** Width and height from the frame header of a JPEG. */
function jpegSize(jpeg: Buffer): [number, number] {
  let at = 2;
  while (jpeg[at + 1] !== undefined && !(jpeg[at + 1]! >= 0xc0 && jpeg[at + 1]! <= 0xc2))
    at += 2 + jpeg.readUInt16BE(at + 2);
  return [jpeg.readUInt16BE(at + 7), jpeg.readUInt16BE(at + 5)];
}
