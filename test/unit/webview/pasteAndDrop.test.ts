import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { ChatPageHarness } from "../../support/page/chatPage";
import { chatPages } from "../../support/page/chatPages";

const open = chatPages();

const field = ".composer-text";

describe("paste", () => {
  test("attaches a long text and rejects one of five megabytes, both quickly", async () => {
    await using chat = await open();
    const attached = chat.nextMessage("attach-text");
    await pasteText(chat, "let a = 1;\n".repeat(1000));
    assert.equal((await attached).text.length, 11_000);
    const started = Date.now();
    await pasteText(chat, "x".repeat(5_000_000));
    await chat.page.waitForSelector(".notice.error");
    assert.ok(Date.now() - started < 5000);
    assert.match((await chat.page.textContent(".notice.error")) ?? "", /longer than any free model can read/);
    assert.equal(await chat.page.inputValue(field), "");
  });

  test("attaches several images in order, even if the first takes longest", async () => {
    await using chat = await open();
    const submitted = chat.nextMessage("submit");
    await chat.page.fill(field, "What differs?");
    await chat.page.evaluate(async (selector) => {
      const transfer = new DataTransfer();
      for (const [index, side] of [3000, 20, 500, 10].entries()) {
        const canvas = new OffscreenCanvas(side, side);
        canvas.getContext("2d");
        transfer.items.add(new File([await canvas.convertToBlob()], `${index}.png`, { type: "image/png" }));
      }
      const [element, bubbling] = [document.querySelector(selector), { bubbles: true, cancelable: true }];
      element?.dispatchEvent(new ClipboardEvent("paste", { clipboardData: transfer, ...bubbling }));
      element?.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", ...bubbling }));
    }, field);
    await submitted;
    const labels = chat.messages.flatMap((message) => (message.type === "attach-image" ? message.label : []));
    assert.deepEqual(labels, ["0.png", "1.png", "2.png", "3.png"]);
  });

  test("submits a question only after its images are attached", async () => {
    await using chat = await open();
    const [attached, submitted] = [chat.nextMessage("attach-image"), chat.nextMessage("submit")];
    const order: string[] = [];
    void attached.then(() => order.push("image"));
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
    assert.deepEqual([...order, text], ["image", "What is this?"]);
  });

  test("rejects a file that has an image type but is not an image", async () => {
    await using chat = await open();
    await chat.page.evaluate((selector) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([new Uint8Array([0, 1, 2, 3])], "broken.png", { type: "image/png" }));
      document
        .querySelector(selector)
        ?.dispatchEvent(new ClipboardEvent("paste", { clipboardData: transfer, bubbles: true, cancelable: true }));
    }, field);
    await chat.page.waitForSelector(".notice.error");
    assert.match((await chat.page.textContent(".notice.error")) ?? "", /broken\.png is not a supported image/);
  });
});

describe("drop", () => {
  test("rejects a binary file, and a line that is not a URI", async () => {
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
    const noticeAppears = (text: string): Promise<void> =>
      chat.page.locator(".notice.error", { hasText: text }).waitFor();
    await drop({ "tool.exe": [0x4d, 0x5a, 0, 0] }, "");
    await noticeAppears("Could not attach tool.exe because it is neither text nor an image.");
    await drop({}, "C the file");
    await noticeAppears("Could not attach C the file because it is not a valid file address.");
    const attached = chat.nextMessage("attach-uris");
    await drop({}, "another\r\nfile:///w/a.ts");
    assert.deepEqual((await attached).uris, ["file:///w/a.ts"]);
    await noticeAppears("Could not attach another because it is not a valid file address.");
  });

  test("posts URIs from the Explorer to the host, and shows the hint to hold Shift", async () => {
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
    const attached = chat.nextMessage("attach-uris");
    await drag("drop", true);
    assert.deepEqual((await attached).uris, ["file:///w/a.ts", "vscode-vfs://github/x/b.ts"]);
    await chat.page.waitForSelector(".drop-overlay", { state: "detached" });
  });
});

function pasteText(chat: ChatPageHarness, text: string): Promise<void> {
  return chat.page.evaluate(
    ({ text, selector }) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData("text/plain", text);
      const event = new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true });
      document.querySelector(selector)?.dispatchEvent(event);
    },
    { text, selector: field },
  );
}
