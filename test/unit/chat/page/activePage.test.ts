import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { ActivePage } from "../../../../src/chat/page/activePage";

suite("what comes and goes", () => {
  test("is waited for until it is there, and anew when it has left", async () => {
    const presence = new ActivePage<string>();
    const early = presence.next;
    const stay = presence.begin();
    stay.arrive("first");
    assert.deepEqual([await early, await presence.next], ["first", "first"]);
    stay.leave();
    const late = presence.next;
    presence.begin().arrive("second");
    assert.equal(await late, "second");
  });

  test("and left before it arrived is nobody's: all get the next", async () => {
    const presence = new ActivePage<string>();
    const early = presence.next;
    const stay = presence.begin();
    stay.leave();
    const late = presence.next;
    stay.arrive("gone");
    presence.begin().arrive("here");
    assert.deepEqual([await early, await late, await presence.next], ["here", "here", "here"]);
  });
});
