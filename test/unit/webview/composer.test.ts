import assert from "node:assert/strict";
import { suite, test } from "node:test";
import type { ChatPageHarness } from "../../support/page/chatPage";
import { chatPages } from "../../support/page/chatPages";
import { turnViewOf } from "../../support/page/turns";

const open = chatPages();

const field = ".composer-text";

suite("the composer", () => {
  test("Enter sends what was typed, Shift+Enter breaks the line, and nothing is sent twice", async () => {
    await using chat = await open();
    await chat.page.fill(field, "first line");
    await chat.page.press(field, "Shift+Enter");
    await chat.page.locator(field).pressSequentially("second line");
    const submitted = chat.hears("submit");
    await chat.page.press(field, "Enter");
    await chat.page.press(field, "Enter");
    const { text, conversation } = await submitted;
    assert.deepEqual([text, conversation], ["first line\nsecond line", "c1"]);
    assert.equal(chat.said.filter(({ type }) => type === "submit").length, 1);
    // The words stay until the host says that they are kept.
    assert.equal(await chat.page.inputValue(field), "first line\nsecond line");
    await chat.tell({ type: "draft", draft: { text: "", attachments: [], queued: [], revision: 99 } });
    assert.equal(await chat.page.inputValue(field), "");
    assert.equal(await chat.page.evaluate(() => document.activeElement?.className), "composer-text");
  });

  test("an input method's Enter does not send", async () => {
    await using chat = await open();
    await chat.page.fill(field, "にほん");
    await chat.page.evaluate((selector) => {
      const target = document.querySelector(selector);
      const enter = { key: "Enter", bubbles: true, cancelable: true };
      target?.dispatchEvent(new KeyboardEvent("keydown", { ...enter, isComposing: true }));
      target?.dispatchEvent(new KeyboardEvent("keydown", { ...enter, keyCode: 229 }));
    }, field);
    const submitted = chat.hears("submit");
    await chat.page.press(field, "Enter");
    await submitted;
    assert.equal(chat.said.filter(({ type }) => type === "submit").length, 1);
  });

  test("nothing is sent while there is nothing to send", async () => {
    await using chat = await open();
    await chat.page.fill(field, "  \n ");
    await chat.page.press(field, "Enter");
    assert.ok(await chat.page.isDisabled(".send"));
    assert.deepEqual(
      chat.said.filter(({ type }) => type === "submit"),
      [],
    );
  });

  test("while an answer is being written Escape stops it, and what is asked waits in sight, to be taken back or away", async () => {
    await using chat = await open();
    await chat.tell({ type: "turns", from: 0, turns: [turnViewOf("t1", {}, { status: "streaming" })] });
    await chat.page.fill(field, "Next?");
    const submitted = chat.hears("submit");
    await chat.page.press(field, "Enter");
    assert.equal((await submitted).text, "Next?");
    const waiting = [{ id: "q1", text: "Next?", attachments: 0 }];
    await chat.tell({ type: "draft", draft: { text: "", attachments: [], queued: waiting, revision: 60 } });
    assert.equal(await chat.page.textContent(".queued-text"), "Next?");
    const back = chat.hears("unqueue");
    await chat.page.click("[aria-label='Back to the composer']");
    assert.equal((await back).id, "q1");
    const removed = chat.hears("remove-queued");
    await chat.page.click("[aria-label='Remove Next?']");
    assert.equal((await removed).id, "q1");
    const stopped = chat.hears("stop");
    await chat.page.press(field, "Escape");
    await stopped;
  });

  test("what was typed survives the page, also when the host has not heard of it yet", async () => {
    await using chat = await open();
    await chat.page.fill(field, "half a thought");
    await chat.page.evaluate(() => new Promise(requestAnimationFrame));
    const told = chat.hears("draft");
    await chat.load();
    assert.equal(await chat.page.inputValue(field), "half a thought");
    assert.equal((await told).text, "half a thought");
  });

  test("the host's draft counts when it is newer, and another conversation's draft is its own", async () => {
    await using chat = await open();
    await chat.page.fill(field, "mine");
    await chat.tell({
      type: "draft",
      draft: { text: "mine\n\nExplain this.", attachments: [], queued: [], revision: 50 },
    });
    assert.equal(await chat.page.inputValue(field), "mine\n\nExplain this.");
    await chat.page.fill(field, "typed last");
    const told = chat.hears("draft");
    await chat.tell({ type: "state", state: { ...chat.state, conversation: "c2" } });
    assert.equal(await chat.page.inputValue(field), "");
    const { conversation, text } = await told;
    assert.deepEqual([conversation, text], ["c1", "typed last"]);
  });

  test("arrow up in an empty composer brings back the last question", async () => {
    await using chat = await open({ state: { turns: [turnViewOf("t1")] } });
    await chat.page.press(field, "ArrowUp");
    assert.equal(await chat.page.inputValue(field), "Question t1?");
  });

  test("what is said about the same thing later takes the place of what was said before", async () => {
    await using chat = await open();
    const notice = (text: string, about?: "saving") =>
      ({ type: "notice", notice: { severity: "info", text, ...(about && { about }) } }) as const;
    await chat.tell(notice("cannot be saved", "saving"), notice("other"), notice("saved again", "saving"));
    await chat.page.waitForSelector(".notice");
    assert.deepEqual(await chat.page.locator(".notice p").allTextContents(), ["other", "saved again"]);
  });

  test("a long paste becomes a chip, five megabytes are refused in words, and neither takes long", async () => {
    await using chat = await open();
    const attached = chat.hears("attach-text");
    await paste(chat, { "text/plain": "let a = 1;\n".repeat(1000) });
    assert.equal((await attached).text.length, 11_000);
    const started = Date.now();
    await paste(chat, { "text/plain": "x".repeat(5_000_000) });
    await chat.page.waitForSelector(".notice.error");
    assert.ok(Date.now() - started < 5000);
    assert.match((await chat.page.textContent(".notice.error")) ?? "", /more text than any free model can read/);
    assert.equal(await chat.page.inputValue(field), "");
  });

  test("a pasted picture is shrunk, keeps its kind, and is sent as what it is whatever it is called", async () => {
    await using chat = await open();
    const attached = chat.hears("attach-image");
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

  test("several pictures arrive in their order, also when the first takes longest", async () => {
    await using chat = await open();
    const submitted = chat.hears("submit");
    await chat.page.fill(field, "What differs?");
    await chat.page.evaluate(async (selector) => {
      const transfer = new DataTransfer();
      for (const [at, side] of [3000, 20, 500, 10].entries()) {
        const canvas = new OffscreenCanvas(side, side);
        canvas.getContext("2d");
        transfer.items.add(new File([await canvas.convertToBlob()], `${at}.png`, { type: "image/png" }));
      }
      const [element, bubbling] = [document.querySelector(selector), { bubbles: true, cancelable: true }];
      element?.dispatchEvent(new ClipboardEvent("paste", { clipboardData: transfer, ...bubbling }));
      element?.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", ...bubbling }));
    }, field);
    await submitted;
    const labels = chat.said.flatMap((said) => (said.type === "attach-image" ? said.label : []));
    assert.deepEqual(labels, ["0.png", "1.png", "2.png", "3.png"]);
  });

  test("a photo of many colours fits the budget", async () => {
    await using chat = await open();
    const attached = chat.hears("attach-image");
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

  test("a question that is sent while a picture is still on its way takes it along", async () => {
    await using chat = await open();
    const [attached, submitted] = [chat.hears("attach-image"), chat.hears("submit")];
    const order: string[] = [];
    void attached.then(() => order.push("picture"));
    await chat.page.fill(field, "What is this?");
    await chat.page.evaluate(async (selector) => {
      const canvas = new OffscreenCanvas(4000, 3000);
      canvas.getContext("2d");
      const transfer = new DataTransfer();
      transfer.items.add(new File([await canvas.convertToBlob()], "photo.png", { type: "image/png" }));
      const [element, bubbling] = [document.querySelector(selector), { bubbles: true, cancelable: true }];
      element?.dispatchEvent(new ClipboardEvent("paste", { clipboardData: transfer, ...bubbling }));
      element?.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", ...bubbling }));
    }, field);
    const { text } = await submitted;
    assert.deepEqual([...order, text], ["picture", "What is this?"]);
  });

  test("a photo from a file comes back upright and without metadata", async () => {
    await using chat = await open();
    const photo = await chat.page.evaluate(async () => {
      const canvas = new OffscreenCanvas(60, 20);
      const context = canvas.getContext("2d");
      if (context) context.fillRect(0, 0, 30, 20);
      const blob = await canvas.convertToBlob({ type: "image/jpeg" });
      return [...new Uint8Array(await blob.arrayBuffer())];
    });
    const [upright, exif] = [await fitted(chat, "plain.jpg", photo), await fitted(chat, "phone.jpg", turned(photo))];
    assert.deepEqual(jpegSize(upright), [60, 20]);
    assert.deepEqual(jpegSize(exif), [20, 60]);
    assert.ok(!exif.includes("Exif") && !exif.includes("Leipzig"));
  });

  test("a drawing from a file comes back as sharp pixels, also where it says no size", async () => {
    await using chat = await open();
    const drawings = {
      sized:
        '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="30" height="10"><rect width="9" height="9"/></svg>',
      boxed: '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 10"><circle r="4"/></svg>',
    };
    for (const [name, svg] of Object.entries(drawings)) {
      const png = await fitted(chat, `${name}.svg`, [...Buffer.from(svg)]);
      assert.equal(png.subarray(1, 4).toString("latin1"), "PNG");
      assert.equal(png.readUInt32BE(16), 1200, name);
    }
  });

  test("a drawing that would take for ever, or that nobody may read, is refused in words and never drawn", async () => {
    await using chat = await open();
    const made = await chat.page.evaluateHandle(() => {
      const seen = { pictures: 0 };
      window.Image = class extends Image {
        constructor() {
          super();
          seen.pictures += 1;
        }
      };
      return seen;
    });
    for (const [name, content] of Object.entries(bombs)) {
      const refused = chat.hears("image-fitted");
      const data = Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg">${content}</svg>`).toString("base64");
      await chat.tell({ type: "fit-image", id: "p1", label: `${name}.svg`, data });
      assert.deepEqual(await refused, { type: "image-fitted", id: "p1" }, name);
      await chat.page.waitForSelector(`.notice.error :text("${name}.svg has things in it that cannot be drawn here")`);
    }
    assert.equal(await made.evaluate(({ pictures }) => pictures), 0);
    const html =
      '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><foreignObject width="9" height="9"/></svg>';
    assert.equal((await fitted(chat, "sketch.svg", [...Buffer.from(html)])).length, 0);
    assert.match((await chat.page.textContent(".notice.error:last-child")) ?? "", /sketch\.svg .* Save it as PNG/);
    assert.deepEqual(chat.problems, []);
  });

  test("what a drawing uses often, but not without end, is drawn", async () => {
    await using chat = await open();
    const svg = `<?xml version="1.0" encoding="iso-8859-1"?><svg xmlns="http://www.w3.org/2000/svg" width="40" height="10">
      <style>.a { clip-path: url(#c) } @media all { .b { mask: url(#m) } }</style><defs><clipPath id="c"><rect width="40" height="9"/></clipPath>
      <mask id="m"><rect width="9" height="9" fill="#fff"/></mask><g id="g"><rect class="b" width="9" height="9"/></g></defs>
      ${'<use href="#g" class="a"/>'.repeat(200)}<text>\xfc</text></svg>`;
    const png = await fitted(chat, "plan.svg", [...Buffer.from(svg, "latin1")]);
    assert.equal(png.readUInt32BE(16), 1200);
  });

  test("a file that no browser can draw is refused in words, and the host is told", async () => {
    await using chat = await open();
    const told = chat.hears("image-fitted");
    const data = Buffer.from("II*\0 a scan").toString("base64");
    await chat.tell({ type: "fit-image", id: "p1", label: "scan.tiff", data });
    assert.deepEqual(await told, { type: "image-fitted", id: "p1" });
    assert.match((await chat.page.textContent(".notice.error")) ?? "", /scan\.tiff is no picture/);
  });

  test("a file that only says it is a picture is refused in words", async () => {
    await using chat = await open();
    await chat.page.evaluate((selector) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([new Uint8Array([0, 1, 2, 3])], "broken.png", { type: "image/png" }));
      document
        .querySelector(selector)
        ?.dispatchEvent(new ClipboardEvent("paste", { clipboardData: transfer, bubbles: true, cancelable: true }));
    }, field);
    await chat.page.waitForSelector(".notice.error");
    assert.match((await chat.page.textContent(".notice.error")) ?? "", /broken\.png is no picture/);
  });

  test("a program is refused as what it is, and so is a line that is no address", async () => {
    await using chat = await open();
    const drop = (files: Record<string, number[]>, list: string): Promise<void> =>
      chat.page.evaluate(
        ({ files, list }) => {
          const dataTransfer = new DataTransfer();
          for (const [name, bytes] of Object.entries(files))
            dataTransfer.items.add(new File([new Uint8Array(bytes)], name));
          if (list !== "") dataTransfer.setData("application/vnd.code.uri-list", list);
          document.querySelector("main")?.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true }));
        },
        { files, list },
      );
    const told = (words: string): Promise<void> => chat.page.locator(".notice.error", { hasText: words }).waitFor();
    await drop({ "tool.exe": [0x4d, 0x5a, 0, 0] }, "");
    await told("tool.exe cannot be attached: it is binary, neither text nor a picture.");
    await drop({}, "C the file");
    await told("C the file cannot be attached: this is no address of a file.");
    const attached = chat.hears("attach-uris");
    await drop({}, "another\r\nfile:///w/a.ts");
    assert.deepEqual((await attached).uris, ["file:///w/a.ts"]);
    await told("another cannot be attached: this is no address of a file.");
  });

  test("files dropped from the Explorer are left to the host, and the page says to hold Shift", async () => {
    await using chat = await open();
    const drag = (type: string, shiftKey: boolean): Promise<void> =>
      chat.page.evaluate(
        ({ type, shiftKey }) => {
          const dataTransfer = new DataTransfer();
          dataTransfer.setData("application/vnd.code.uri-list", "file:///w/a.ts\r\nvscode-vfs://github/x/b.ts");
          const init = { dataTransfer, shiftKey, bubbles: true, cancelable: true };
          document.querySelector("main")?.dispatchEvent(new DragEvent(type, init));
        },
        { type, shiftKey },
      );
    await drag("dragover", false);
    assert.match((await chat.page.textContent(".drop-overlay")) ?? "", /Hold Shift/);
    await drag("dragover", true);
    await chat.page.waitForFunction(() => document.querySelector(".drop-overlay")?.textContent === "Drop to attach");
    const attached = chat.hears("attach-uris");
    await drag("drop", true);
    assert.deepEqual((await attached).uris, ["file:///w/a.ts", "vscode-vfs://github/x/b.ts"]);
    await chat.page.waitForSelector(".drop-overlay", { state: "detached" });
  });

  test("a chip shows what is in it, and can be taken away", async () => {
    const attachments = [{ id: "x1", kind: "file" as const, label: "router.ts", length: 9, cut: "the last 2 lines" }];
    await using chat = await open({ state: { draft: { text: "", attachments, queued: [], revision: 1 } } });
    const expanded = chat.hears("expand");
    await chat.page.click(".chip-label");
    assert.equal((await expanded).id, "x1");
    await chat.tell({ type: "attachment-text", id: "x1", text: "let a = 1" });
    assert.match((await chat.page.textContent(".chip-preview")) ?? "", /Left out: the last 2 lineslet a = 1/);
    const detached = chat.hears("detach");
    await chat.page.click(".chip-remove");
    assert.equal((await detached).id, "x1");
    assert.ok(await chat.page.isEnabled(".send"), "attachments alone are a question too");
  });

  test("of a long chip the name's end and the lines are seen, however narrow the side bar", async () => {
    const labels = [
      "src/webview/markdown/basket.ts:18-22",
      "aComponentWithAVeryLongName.test.tsx",
      "src\\deep\\down\\a.py",
    ];
    const attachments = labels.map((label, at) => ({ id: `x${at}`, kind: "selection" as const, label }));
    const draft = { text: "", attachments, queued: [], revision: 1 };
    for (const width of [180, 220, 300]) {
      await using chat = await open({ state: { draft }, width });
      const chips = await chat.page.$$eval(".composer .chip", (all) =>
        all.map((chip) => {
          const edge = chip.querySelector(".chip-label")?.getBoundingClientRect().right ?? 0;
          const end = chip.querySelector(".chip-end")?.getBoundingClientRect();
          const name = chip.querySelector(".chip-name");
          const text = chip.querySelector(".chip-text")?.textContent;
          return { text, name: name?.clientWidth ?? 0, inside: !!end && end.width > 0 && end.right <= edge };
        }),
      );
      assert.deepEqual(
        chips.map(({ text, inside }) => ({ text, inside })),
        labels.map((text) => ({ text, inside: true })),
      );
      assert.ok(
        chips.every(({ name }) => name > 5),
        `${width} px: ${JSON.stringify(chips)}`,
      );
    }
  });

  test("what stands around a selection is seen in its chip, and can be left out", async () => {
    const alone = { id: "x1", kind: "selection" as const, label: "a.ts:4-9", length: 90 };
    const draft = { text: "", attachments: [{ ...alone, surroundings: true }], queued: [], revision: 1 };
    await using chat = await open({ state: { draft } });
    await chat.page.click(".chip-label");
    await chat.tell({ type: "attachment-text", id: "x1", text: "let a = 1", surroundings: "import b;" });
    const preview = (): Promise<string> => chat.page.innerText(".chip-preview");
    assert.match(await preview(), /^let a = 1\s+Sent with it, for orientation:\s+import b;$/);
    const detached = chat.hears("detach-surroundings");
    await chat.page.click("[aria-label='Leave out what stands around it']");
    assert.equal((await detached).id, "x1");
    await chat.tell({ type: "draft", draft: { ...draft, attachments: [alone], revision: 2 } });
    assert.equal(await preview(), "let a = 1");
  });
});

/** Level upon level of what refers to ten of the next. */
function nested(levels: number, level: (id: string, next: string) => string, last: string): string {
  const ids = Array.from({ length: levels }, (_, at) => `l${at}`);
  return ids.map((id, at) => level(id, ids[at + 1] ?? "z")).join("") + last;
}

const rect = (attribute = ""): string => `<rect width="300" height="150" fill="#fff" ${attribute}/>`;

/** Some kilobytes each, of which each takes a browser from ten seconds to for ever. */
const bombs = {
  use: `<defs>${nested(9, (id, next) => `<g id="${id}">${`<use href="#${next}"/>`.repeat(10)}</g>`, '<path id="z"/>')}</defs><use href="#l0"/>`,
  mask: `${nested(5, (id, next) => `<mask id="${id}">${rect(`mask="url(#${next})"`).repeat(10)}</mask>`, `<mask id="z">${rect()}</mask>`)}${rect('mask="url(#l0)"')}`,
  clip: `${nested(5, (id, next) => `<clipPath id="${id}">${rect(`style="clip-path: url('#${next}')"`).repeat(10)}</clipPath>`, `<clipPath id="z">${rect()}</clipPath>`)}${rect('clip-path="url(#l0)"')}`,
  marker: `${nested(5, (id, next) => `<marker id="${id}"><g marker-mid="url(#${next})"><path d="M0 0${"L1 1L0 1".repeat(9)}"/></g></marker>`, `<marker id="z">${rect()}</marker>`)}<path d="M0 0${"L9 9L0 9".repeat(9)}" marker-mid="url(#l0)"/>`,
  style: `<style>${[0, 1, 2, 3, 4].map((at) => `@media all { .c${at} { mask: url(#m${at + 1}) } }`).join("")}</style>${[1, 2, 3, 4, 5].map((at) => `<mask id="m${at}">${rect(`class="c${at}"`).repeat(10)}</mask>`).join("")}${rect('class="c0"')}`,
  effect: `<filter id="f">${'<feMorphology operator="dilate" radius="200"/>'.repeat(300)}</filter>${rect('filter="url(#f)"')}`,
  shapes: '<rect width="300" height="150" opacity=".5"/>'.repeat(60_000),
};

/** What the page makes of a picture from a file. */
async function fitted(chat: ChatPageHarness, label: string, bytes: readonly number[]): Promise<Buffer> {
  const drawn = chat.hears("image-fitted");
  await chat.tell({ type: "fit-image", id: "p1", label, data: Buffer.from(bytes).toString("base64") });
  return Buffer.from((await drawn).data ?? "", "base64");
}

/** A JPEG with what a phone writes that was held upright (Exif orientation 6) and knows where it is. */
function turned(jpeg: readonly number[]): number[] {
  const tiff = Buffer.from([
    ...[0x4d, 0x4d, 0, 42, 0, 0, 0, 8, 0, 2], // big endian; one directory of two entries
    ...[0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0], // orientation: 6
    ...[0x01, 0x0e, 0, 2, 0, 0, 0, 8, 0, 0, 0, 38], // description: eight letters, further down
    ...[0, 0, 0, 0],
    ...Buffer.from("Leipzig\0"),
  ]);
  const body = Buffer.concat([Buffer.from("Exif\0\0", "latin1"), tiff]);
  const segment = [0xff, 0xe1, (body.length + 2) >> 8, (body.length + 2) & 0xff, ...body];
  return [...jpeg.slice(0, 2), ...segment, ...jpeg.slice(2)];
}

/** Width and height in a JPEG's frame header. */
function jpegSize(jpeg: Buffer): [number, number] {
  let at = 2;
  while (jpeg[at + 1] !== undefined && !(jpeg[at + 1]! >= 0xc0 && jpeg[at + 1]! <= 0xc2))
    at += 2 + jpeg.readUInt16BE(at + 2);
  return [jpeg.readUInt16BE(at + 7), jpeg.readUInt16BE(at + 5)];
}

function paste(chat: ChatPageHarness, data: Record<string, string>): Promise<void> {
  return chat.page.evaluate(
    ({ data, selector }) => {
      const clipboardData = new DataTransfer();
      for (const [type, text] of Object.entries(data)) clipboardData.setData(type, text);
      const event = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
      document.querySelector(selector)?.dispatchEvent(event);
    },
    { data, selector: field },
  );
}
