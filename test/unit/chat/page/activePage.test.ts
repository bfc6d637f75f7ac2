import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ActivePage } from "../../../../src/chat/page/activePage";

describe("ActivePage", () => {
  test("waits for a page, and for the next one after it has closed", async () => {
    const activePage = new ActivePage<string>();
    const early = activePage.whenReady;
    const first = activePage.register();
    first.ready("first");
    assert.deepEqual([await early, await activePage.whenReady], ["first", "first"]);
    first.closed();
    const late = activePage.whenReady;
    activePage.register().ready("second");
    assert.equal(await late, "second");
  });

  test("waits for the next page if one closes before it is ready", async () => {
    const activePage = new ActivePage<string>();
    const early = activePage.whenReady;
    const first = activePage.register();
    first.closed();
    const late = activePage.whenReady;
    first.ready("closed");
    activePage.register().ready("open");
    assert.deepEqual([await early, await late, await activePage.whenReady], ["open", "open", "open"]);
  });
});
