import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { chatPages } from "../../support/page/chatPages";

const open = chatPages();

describe("notices", () => {
  test("a new notice replaces an earlier one about the same thing", async () => {
    await using chat = await open();
    const notice = (text: string, about?: "saving") =>
      ({ type: "notice", notice: { severity: "info", text, ...(about && { about }) } }) as const;
    await chat.send(notice("cannot be saved", "saving"), notice("other"), notice("saved again", "saving"));
    await chat.page.waitForSelector(".notice");
    assert.deepEqual(await chat.page.locator(".notice p").allTextContents(), ["other", "saved again"]);
  });
});
