import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { Attachment, Mention } from "../../../../src/context/attachment";
import { temporaryFolder } from "../../../support/temporaryFolder";
import { openPage } from "./pageHarness";

describe("A message about attachments", () => {
  test("attaches a text, shows it, and removes it", async () => {
    await using folder = await temporaryFolder();
    const { receive, session, posted } = await openPage(folder.path);
    await receive({ type: "ready" });
    await receive({ type: "attach-text", label: "Pasted text", text: "a long text" });
    const [attached] = session.conversation.draft.content.attachments;
    await receive({ type: "expand", id: attached!.id });
    assert.equal(posted.find((message) => message.type === "attachment-text")?.text, "a long text");
    await receive({ type: "detach", id: attached!.id });
    assert.deepEqual(session.conversation.draft.content.attachments, []);
  });

  test("attaches what the user picks", async () => {
    await using folder = await temporaryFolder();
    const picked: (readonly Attachment[])[] = [[{ id: "", kind: "file", label: "a.ts", text: "a" }], []];
    const { receive, session } = await openPage(folder.path, {
      attachments: { pick: () => Promise.resolve(picked.shift() ?? []) },
    });
    await receive({ type: "ready" });
    await receive({ type: "pick-attachments" });
    await receive({ type: "pick-attachments" });
    assert.equal(session.conversation.draft.content.attachments.length, 1);
  });

  test("shows and removes the surrounding code of a selection", async () => {
    await using folder = await temporaryFolder();
    const { receive, session, posted } = await openPage(folder.path);
    await receive({ type: "ready" });
    await session.conversation.draft.attach([
      { id: "", kind: "selection", label: "b.ts:2", text: "b()", surroundings: "b" },
    ]);
    const { id } = session.conversation.draft.content.attachments[0]!;
    await receive({ type: "expand", id });
    assert.deepEqual(
      posted.findLast((message) => message.type === "attachment-text"),
      { type: "attachment-text", id, text: "b()", surroundings: "b" },
    );
    await receive({ type: "detach-surroundings", id });
    assert.ok(!("surroundings" in session.conversation.draft.content.attachments[0]!));
  });

  test("aborts the previous search for mentions and drops its results", async () => {
    await using folder = await temporaryFolder();
    const slow = Promise.withResolvers<Mention[]>();
    const signals: AbortSignal[] = [];
    const file = (label: string): Mention => ({ id: `uri:${label}`, kind: "file", label, description: "src" });
    const { receive, posted } = await openPage(folder.path, {
      attachments: {
        findMentions: (query, signal) => {
          signals.push(signal);
          return query === "b" ? slow.promise : Promise.resolve([file("basket.ts")]);
        },
      },
    });
    await receive({ type: "ready" });
    const first = receive({ type: "find-mentions", search: 1, query: "b" });
    await receive({ type: "find-mentions", search: 2, query: "ba" });
    assert.deepEqual(
      signals.map(({ aborted }) => aborted),
      [true, false],
    );
    slow.resolve([file("late.ts")]);
    await first;
    assert.deepEqual(
      posted.filter(({ type }) => type === "mentions"),
      [{ type: "mentions", search: 2, found: [file("basket.ts")] }],
    );
  });

  test("attaches a pasted image with the type of its data, and rejects other data", async () => {
    await using folder = await temporaryFolder();
    const { receive, session, posted } = await openPage(folder.path);
    await receive({ type: "ready" });
    const png = Buffer.from("\x89PNG\r\n\x1a\n....", "latin1").toString("base64");
    await receive({ type: "attach-image", label: "shot.jpg", data: png });
    await receive({ type: "attach-image", label: "evil.png", data: Buffer.from("<svg>").toString("base64") });
    const [image, ...others] = session.conversation.draft.content.attachments;
    assert.deepEqual([image?.kind === "image" && image.mediaType, others.length], ["image/png", 0]);
    assert.match(posted.findLast((message) => message.type === "notice")?.notice.text ?? "", /evil\.png/);
  });
});
