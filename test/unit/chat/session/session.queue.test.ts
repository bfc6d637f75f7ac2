import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { RouterError } from "../../../../src/router/index";
import { answerEvents, ScriptedRouter } from "../../../support/scriptedRouter";
import { temporaryFolder } from "../../../support/temporaryFolder";
import { ask, openWindow, shownTurns } from "../chatHarness";

/** A session whose first answer starts when `gate` resolves. */
async function openGated(folder: string, ...others: ConstructorParameters<typeof ScriptedRouter>) {
  const gate = Promise.withResolvers<unknown>();
  const router = new ScriptedRouter([gate.promise, ...answerEvents("One")], ...others);
  const { sessions, store } = openWindow(folder, { router });
  return { gate, store, session: await sessions.acquire("c1") };
}

describe("Session queues questions", () => {
  test("while an answer is running, and returns them to the composer when an answer fails", async () => {
    await using folder = await temporaryFolder();
    const { gate, session, store } = await openGated(folder.path, answerEvents("Two"), [
      new RouterError("offline", "No network."),
    ]);
    for (const text of ["1?", "2?", "3?", "4?"]) await ask(session, text);
    assert.deepEqual(
      session.conversation.draft.content.queued.map(({ text }) => text),
      ["2?", "3?", "4?"],
    );
    assert.equal((await store.file("c1").loadDraft()).queued.length, 3, "saved, in case the process is killed");
    gate.resolve(undefined);
    await session.idle();
    assert.deepEqual(shownTurns(session), [
      ["1?", "One", "complete"],
      ["2?", "Two", "complete"],
      ["3?", "", "failed"],
    ]);
    const { text, queued } = session.conversation.draft.content;
    assert.deepEqual([text, queued], ["4?", []]);
  });

  test("that are submitted between two answers, behind those that are queued already", async () => {
    await using folder = await temporaryFolder();
    const { gate, session } = await openGated(folder.path, answerEvents("Two"), answerEvents("Three"));
    await ask(session, "1?");
    await ask(session, "2?");
    let late: Promise<void> | undefined;
    session.conversation.onDidChange(({ type }) => {
      if (type === "events" && session.conversation.published.turns[0]?.answers[0]?.status === "complete")
        late ??= ask(session, "3?");
    });
    gate.resolve(undefined);
    await session.idle();
    await late;
    await session.idle();
    assert.deepEqual(shownTurns(session), [
      ["1?", "One", "complete"],
      ["2?", "Two", "complete"],
      ["3?", "Three", "complete"],
    ]);
    assert.deepEqual([session.conversation.draft.content.text, session.conversation.draft.content.queued], ["", []]);
  });

  test("that are submitted while a queued question starts", async () => {
    await using folder = await temporaryFolder();
    const { gate, session } = await openGated(folder.path, answerEvents("Two"), answerEvents("Three"));
    await ask(session, "1?");
    await ask(session, "2?");
    let late: Promise<void> | undefined;
    session.conversation.onDidChange(({ type }) => {
      if (type === "events" && session.conversation.published.turns.length === 2) late ??= ask(session, "3?");
    });
    gate.resolve(undefined);
    await session.idle();
    await late;
    await session.idle();
    assert.deepEqual(
      shownTurns(session).map(([question]) => question),
      ["1?", "2?", "3?"],
    );
  });

  test("and returns a single one to the composer", async () => {
    await using folder = await temporaryFolder();
    const { gate, session } = await openGated(folder.path, answerEvents("Three"));
    for (const text of ["1?", "2?", "3?"]) await ask(session, text);
    await session.composer.unqueue(session.conversation.draft.content.queued[0]!.id);
    assert.equal(session.conversation.draft.content.text, "2?");
    gate.resolve(undefined);
    await session.idle();
    assert.deepEqual(
      shownTurns(session).map(([question]) => question),
      ["1?", "3?"],
    );
  });

  test("and keeps an attachment in the composer that is added while its question is saved", async () => {
    await using folder = await temporaryFolder();
    const router = new ScriptedRouter(answerEvents("One"));
    const session = await openWindow(folder.path, { router }).sessions.acquire("c1");
    const [early, late] = ["early.ts", "late.ts"].map(
      (label) => ({ id: label, kind: "file", label, text: "" }) as const,
    );
    await session.conversation.draft.change(() => ({ attachments: [early!] }));
    let attached: Promise<void> | undefined;
    session.conversation.onDidChange(({ type }) => {
      if (type === "events")
        attached ??= session.conversation.draft.change(({ attachments }) => ({ attachments: [...attachments, late!] }));
    });
    await ask(session, "1?");
    await attached;
    await session.idle();
    const labels = (attachments: readonly { label: string }[]) => attachments.map(({ label }) => label);
    assert.deepEqual(labels(session.conversation.state.turns[0]!.question.attachments), ["early.ts"]);
    assert.deepEqual(labels(session.conversation.draft.content.attachments), ["late.ts"]);
    assert.equal(session.conversation.draft.content.text, "");
  });
});
