import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Attachment } from "../../../../src/context/attachment";
import { temporaryFolder } from "../../../support/temporaryFolder";
import { openPage } from "./pageHarness";

describe("PageImages", () => {
  const image: Attachment = { id: "", kind: "image", label: "a.jpg", mediaType: "image/png", data: "raw" };
  const text: Attachment = { id: "", kind: "file", label: "b.ts", text: "let b" };
  const jpeg = Buffer.from("\xff\xd8\xff....", "latin1").toString("base64");

  test("attaches image files as the page scaled them, after a reload of the page too", async () => {
    await using folder = await temporaryFolder();
    const { page, receive, session, posted } = await openPage(folder.path, {
      attachments: { pick: () => Promise.resolve([image, text, { ...image, label: "none.heic" }]) },
    });
    await receive({ type: "ready" });
    const attached = receive({ type: "pick-attachments" });
    await new Promise(setImmediate);
    page.hidden();
    posted.length = 0;
    await receive({ type: "ready" });
    const requests = posted.filter((message) => message.type === "fit-image");
    assert.deepEqual(
      requests.map(({ label, data }) => [label, data]),
      [
        ["a.jpg", "raw"],
        ["none.heic", "raw"],
      ],
    );
    await receive({ type: "image-fitted", id: requests[0]!.id, data: jpeg });
    await receive({ type: "image-fitted", id: requests[1]!.id });
    await attached;
    const [first, second, ...others] = session.conversation.draft.content.attachments;
    assert.deepEqual([first?.kind === "image" && first.mediaType, second?.label, others], ["image/jpeg", "b.ts", []]);
  });

  test("attaches nothing if the page closes first", async () => {
    await using folder = await temporaryFolder();
    const { page, receive, session } = await openPage(folder.path, {
      attachments: { pick: () => Promise.resolve([image]) },
    });
    await receive({ type: "ready" });
    const attached = receive({ type: "pick-attachments" });
    await new Promise(setImmediate);
    page.dispose();
    await attached;
    assert.deepEqual(session.conversation.draft.content.attachments, []);
  });
});
