import assert from "node:assert/strict";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { suite, test } from "node:test";
import { ConversationStore } from "../../../../src/chat/storage/conversationStore";
import type { ConversationEvent } from "../../../../src/chat/conversation/conversationEvent";
import { shownBranch } from "../../../../src/chat/conversation/branch";
import type { Session } from "../../../../src/chat/session/session";
import { OpenSessions } from "../../../../src/chat/session/openSessions";
import type { TextAttachment } from "../../../../src/context/attachment";
import { silentLog } from "../../../../src/router/log";
import { RouterError } from "../../../../src/router/index";
import { answerEvents, ScriptedRouter } from "../../../support/scriptedRouter";
import { model } from "../../router/sampleModels";
import { temporaryFolder } from "../../../support/temporaryFolder";

/** One window of VS Code as the chat knows it: sessions over a folder, and a router that answers by script. */
function windowOn(
  folder: string,
  router: ScriptedRouter,
  { pid = 1, alive = false, project = [] }: { pid?: number; alive?: boolean; project?: TextAttachment[] } = {},
) {
  let ids = 0;
  const store = new ConversationStore({ folder, log: silentLog, isAlive: () => alive });
  const sessions = new OpenSessions(store, {
    router,
    log: silentLog,
    instructions: () => "",
    projectInstructions: () => Promise.resolve(project),
    now: Date.now,
    newId: () => `id-${pid}-${(ids += 1)}`,
    pid,
  });
  return { store, sessions };
}

async function ask(session: Session, text: string): Promise<void> {
  await session.conversation.changeDraft(() => ({ text }));
  await session.submit();
}

const shown = ({ conversation }: Session) =>
  shownBranch(conversation.published).map(({ turn, answer }) => [turn.question.text, answer?.text, answer?.status]);

suite("a session", () => {
  test("asks what is in the draft, writes the answer down, and is the same when it is opened again", async () => {
    await using folder = await temporaryFolder();
    const { sessions, store } = windowOn(
      folder.path,
      new ScriptedRouter(answerEvents("Hello."), answerEvents("Again.")),
    );
    const session = await sessions.acquire("c1");
    await ask(session, " Hi? ");
    assert.deepEqual([session.conversation.draft.text, session.conversation.draft.attachments], ["", []]);
    await session.idle();
    await ask(session, "More?");
    await session.idle();
    const expected = [
      ["Hi?", "Hello.", "complete"],
      ["More?", "Again.", "complete"],
    ];
    assert.deepEqual(shown(session), expected);
    await sessions.close();

    const again = await windowOn(folder.path, new ScriptedRouter()).sessions.acquire("c1");
    assert.deepEqual(shown(again), expected);
    assert.deepEqual(
      (await store.list()).map(({ title, turns }) => [title, turns]),
      [["Hi?", 2]],
    );
  });

  test("is stopped at once, also while the list of models does not come", async () => {
    await using folder = await temporaryFolder();
    const router = new ScriptedRouter();
    const looked = Promise.withResolvers<undefined>();
    router.explain = () => {
      looked.resolve(undefined);
      return new Promise(() => undefined);
    };
    const { sessions } = windowOn(folder.path, router);
    const session = await sessions.acquire("c1");
    await ask(session, "Hi?");
    await looked.promise;
    const before = performance.now();
    session.stop();
    await session.idle();
    assert.deepEqual(shown(session), [["Hi?", "", "stopped"]]);
    assert.ok(performance.now() - before < 2_000, "it waited for the list");
    await sessions.close();
  });

  test("everything it tells is on disk already", async () => {
    await using folder = await temporaryFolder();
    const { sessions } = windowOn(folder.path, new ScriptedRouter(answerEvents("A few words.")));
    const session = await sessions.acquire("c1");
    const missing: ConversationEvent[] = [];
    const checks: Promise<void>[] = [];
    session.conversation.onDidChange((change) => {
      if (change.type !== "events") return;
      const check = readFile(path.join(folder.path, "c1", "events.jsonl"), "utf8").then((text) => {
        missing.push(...change.events.filter((event) => !text.includes(JSON.stringify(event))));
      });
      checks.push(check);
    });
    await ask(session, "Hi?");
    await session.idle();
    await Promise.all(checks);
    assert.ok(checks.length >= 2);
    assert.deepEqual(missing, []);
  });

  test("killed in mid-answer, the words so far come back as an interrupted answer, and it can go on", async () => {
    await using folder = await temporaryFolder();
    const killed = windowOn(
      folder.path,
      new ScriptedRouter([...answerEvents("Half of").slice(0, -1), new Promise(() => undefined)]),
    );
    const session = await killed.sessions.acquire("c1");
    const written = new Promise<void>((resolve) => {
      session.conversation.onDidChange(() => {
        if (session.conversation.published.turns[0]?.answers[0]?.text === "Half of") resolve();
      });
    });
    await ask(session, "Hi?");
    await written;

    // Nothing of the first window runs from here on.
    const router = new ScriptedRouter(answerEvents(" it, and the rest."));
    const again = await windowOn(folder.path, router, { pid: 2 }).sessions.acquire("c1");
    assert.deepEqual(shown(again), [["Hi?", "Half of", "interrupted"]]);
    await again.continueAnswer(shownBranch(again.conversation.state)[0]!.answer!.id);
    await again.idle();
    assert.deepEqual(shown(again), [["Hi?", "Half of it, and the rest.", "complete"]]);
    assert.equal(router.requests[0]?.messages.at(-2)?.content, "Half of");
  });

  test("stopping keeps what was written; asking another model leaves out who answered", async () => {
    await using folder = await temporaryFolder();
    const router = new ScriptedRouter(
      [...answerEvents("Some", "m/a:free").slice(0, -1), new Promise(() => undefined)],
      answerEvents("Other", "m/b:free"),
    );
    router.pool = ["m/a:free", "m/b:free"].map((id) => model(id));
    const { sessions } = windowOn(folder.path, router);
    const session = await sessions.acquire("c1");
    const written = new Promise<void>((resolve) => {
      session.conversation.onDidChange(() => {
        if (session.conversation.published.turns[0]?.answers[0]?.text === "Some") resolve();
      });
    });
    await ask(session, "Hi?");
    await written;
    session.stop();
    await session.idle();
    assert.deepEqual(shown(session), [["Hi?", "Some", "stopped"]]);
    await session.regenerate(session.conversation.state.turns[0]!.id, { another: true });
    await session.idle();
    assert.deepEqual(shown(session), [["Hi?", "Other", "complete"]]);
    assert.deepEqual(router.requests[1]?.exclude, ["m/a:free"]);
    assert.equal(session.conversation.state.turns[0]?.answers.length, 2);
  });

  test("an edited question keeps its attachments and stands beside the old one", async () => {
    await using folder = await temporaryFolder();
    const { sessions } = windowOn(
      folder.path,
      new ScriptedRouter(answerEvents("One"), answerEvents("Two"), answerEvents("Uno")),
    );
    const session = await sessions.acquire("c1");
    await session.conversation.attach([{ id: "", kind: "selection", label: "a.ts:1", text: "let a" }]);
    for (const text of ["1?", "2?"]) {
      await ask(session, text);
      await session.idle();
    }
    const first = session.conversation.state.turns[0]!.id;
    await session.edit(first, "uno?");
    await session.idle();
    assert.deepEqual(shown(session), [["uno?", "Uno", "complete"]]);
    assert.equal(shownBranch(session.conversation.state)[0]?.turn.question.attachments[0]?.label, "a.ts:1");
    await session.show("", first);
    assert.deepEqual(shown(session), [
      ["1?", "One", "complete"],
      ["2?", "Two", "complete"],
    ]);
  });

  test("two windows on one conversation see each other's turns", async () => {
    await using folder = await temporaryFolder();
    const one = await windowOn(folder.path, new ScriptedRouter(answerEvents("One")), {
      pid: 1,
      alive: true,
    }).sessions.acquire("c1");
    const two = await windowOn(folder.path, new ScriptedRouter(answerEvents("Two")), {
      pid: 2,
      alive: true,
    }).sessions.acquire("c1");
    await ask(one, "1?");
    await one.idle();
    await two.conversation.refresh();
    await ask(two, "2?");
    await two.idle();
    await one.conversation.refresh();
    assert.deepEqual(shown(one), shown(two));
    assert.deepEqual(
      shown(one).map(([question]) => question),
      ["1?", "2?"],
    );
  });

  test("what another window asks at the same time does not push aside what is asked here", async () => {
    await using folder = await temporaryFolder();
    const gate = Promise.withResolvers<unknown>();
    const one = await windowOn(
      folder.path,
      new ScriptedRouter(answerEvents("Hello."), [gate.promise, ...answerEvents("One.")], answerEvents("Two.")),
      { pid: 1, alive: true },
    ).sessions.acquire("c1");
    await ask(one, "Hi?");
    await one.idle();
    const two = await windowOn(folder.path, new ScriptedRouter(answerEvents("Other.")), {
      pid: 2,
      alive: true,
    }).sessions.acquire("c1");
    await ask(two, "From the other?");
    await two.idle();
    await ask(one, "From here?");
    assert.deepEqual(shown(one)[1]?.slice(0, 2), ["From here?", ""]);
    gate.resolve(undefined);
    await one.idle();
    assert.deepEqual(shown(one)[1], ["From here?", "One.", "complete"]);
    await two.conversation.refresh();
    assert.deepEqual(shown(two)[1], ["From the other?", "Other.", "complete"]);
    assert.equal(two.conversation.state.turns.length, 3);
  });

  test("what is asked meanwhile waits, one after the other, and goes back to its author when no answer comes", async () => {
    await using folder = await temporaryFolder();
    const gate = Promise.withResolvers<unknown>();
    const router = new ScriptedRouter([gate.promise, ...answerEvents("One")], answerEvents("Two"), [
      new RouterError("offline", "No network."),
    ]);
    const { sessions, store } = windowOn(folder.path, router);
    const session = await sessions.acquire("c1");
    for (const text of ["1?", "2?", "3?", "4?"]) await ask(session, text);
    assert.deepEqual(
      session.conversation.draft.queued.map(({ text }) => text),
      ["2?", "3?", "4?"],
    );
    // A window that dies now leaves them to be found in the composer.
    assert.equal((await store.file("c1").loadDraft()).queued.length, 3);
    gate.resolve(undefined);
    await session.idle();
    assert.deepEqual(shown(session), [
      ["1?", "One", "complete"],
      ["2?", "Two", "complete"],
      ["3?", "", "failed"],
    ]);
    const { text, queued } = session.conversation.draft;
    assert.deepEqual([text, queued], ["4?", []]);
  });

  test("what is asked in the moment between two answers waits behind what waited before", async () => {
    await using folder = await temporaryFolder();
    const gate = Promise.withResolvers<unknown>();
    const router = new ScriptedRouter(
      [gate.promise, ...answerEvents("One")],
      answerEvents("Two"),
      answerEvents("Three"),
    );
    const session = await windowOn(folder.path, router).sessions.acquire("c1");
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
    assert.deepEqual(
      shown(session).map(([question, answer]) => [question, answer]),
      [
        ["1?", "One"],
        ["2?", "Two"],
        ["3?", "Three"],
      ],
    );
    assert.deepEqual([session.conversation.draft.text, session.conversation.draft.queued], ["", []]);
  });

  test("what is asked while a waiting question has its turn is not forgotten", async () => {
    await using folder = await temporaryFolder();
    const gate = Promise.withResolvers<unknown>();
    const router = new ScriptedRouter(
      [gate.promise, ...answerEvents("One")],
      answerEvents("Two"),
      answerEvents("Three"),
    );
    const session = await windowOn(folder.path, router).sessions.acquire("c1");
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
      shown(session).map(([question]) => question),
      ["1?", "2?", "3?"],
    );
  });

  test("a chip that comes while its question is being kept stays in the composer", async () => {
    await using folder = await temporaryFolder();
    const session = await windowOn(folder.path, new ScriptedRouter(answerEvents("One"))).sessions.acquire("c1");
    const [early, late] = ["early.ts", "late.ts"].map(
      (label) => ({ id: label, kind: "file", label, text: "" }) as const,
    );
    await session.conversation.changeDraft(() => ({ attachments: [early!] }));
    let attached: Promise<void> | undefined;
    session.conversation.onDidChange(({ type }) => {
      if (type === "events")
        attached ??= session.conversation.changeDraft(({ attachments }) => ({ attachments: [...attachments, late!] }));
    });
    await ask(session, "1?");
    await attached;
    await session.idle();
    const labels = (attachments: readonly { label: string }[]) => attachments.map(({ label }) => label);
    assert.deepEqual(labels(session.conversation.state.turns[0]!.question.attachments), ["early.ts"]);
    assert.deepEqual(labels(session.conversation.draft.attachments), ["late.ts"]);
    assert.equal(session.conversation.draft.text, "");
  });

  test("a page that fails to draw keeps nothing from being saved", async () => {
    await using folder = await temporaryFolder();
    const session = await windowOn(
      folder.path,
      new ScriptedRouter(answerEvents("One"), answerEvents("Two")),
    ).sessions.acquire("c1");
    session.conversation.onDidChange(() => {
      throw new Error("cannot draw");
    });
    for (const text of ["1?", "2?"]) {
      await ask(session, text);
      await session.idle();
    }
    await session.close();
    const again = await windowOn(folder.path, new ScriptedRouter()).sessions.acquire("c1");
    assert.deepEqual(
      shown(again).map(([question, answer]) => [question, answer]),
      [
        ["1?", "One"],
        ["2?", "Two"],
      ],
    );
  });

  test("what is written while the file is made anew is in it once", async () => {
    await using folder = await temporaryFolder();
    const session = await windowOn(
      folder.path,
      new ScriptedRouter(answerEvents("One"), answerEvents("Two")),
    ).sessions.acquire("c1");
    for (const text of ["1?", "2?"]) {
      await ask(session, text);
      await session.idle();
    }
    const { conversation } = session;
    const [first, second] = conversation.state.turns;
    let isTold = false;
    conversation.onDidChange(() => {
      if (isTold || conversation.published.turns.length > 1) return;
      isTold = true;
      conversation.record({ type: "answer-delta", answer: first!.answers[0]!.id, text: "!" });
    });
    await session.deleteTurn(second!.id);
    await session.close();
    const again = await windowOn(folder.path, new ScriptedRouter()).sessions.acquire("c1");
    assert.equal(again.conversation.state.turns[0]?.answers[0]?.text, "One!");
  });

  test("pictures go with the last question and the last chip that show them", async () => {
    await using folder = await temporaryFolder();
    const session = await windowOn(
      folder.path,
      new ScriptedRouter(answerEvents("One"), answerEvents("Two")),
    ).sessions.acquire("c1");
    const picture = (label: string) =>
      ({ id: "", kind: "image", label, mediaType: "image/png", data: "QUJD" }) as const;
    const pictures = async () =>
      (await readdir(path.join(folder.path, "c1"))).filter((name) => name.endsWith(".png")).length;
    await session.attach([picture("first.png")]);
    await ask(session, "1?");
    await session.idle();
    await session.edit(session.conversation.state.turns[0]!.id, "In other words?");
    await session.idle();
    await session.attach([picture("second.png")]);
    assert.equal(await pictures(), 2);
    await session.detach(session.conversation.draft.attachments[0]!.id);
    assert.equal(await pictures(), 1);
    const [one, other] = session.conversation.state.turns;
    await session.deleteTurn(one!.id);
    assert.equal(await pictures(), 1, "the question in other words shows it still");
    await session.deleteTurn(other!.id);
    assert.equal(await pictures(), 0);
  });

  test("a fork goes as far as its turn, and the two go on apart", async () => {
    await using folder = await temporaryFolder();
    const { sessions } = windowOn(
      folder.path,
      new ScriptedRouter(answerEvents("One"), answerEvents("Two"), answerEvents("Zwei")),
    );
    const session = await sessions.acquire("c1");
    const image = { id: "", kind: "image", label: "a.png", mediaType: "image/png", data: "QUJD" } as const;
    await session.conversation.attach([image]);
    for (const text of ["1?", "2?"]) {
      await ask(session, text);
      await session.idle();
    }
    const fork = await sessions.acquire(await sessions.fork("c1", session.conversation.state.turns[0]!.id));
    await ask(fork, "zwei?");
    await fork.idle();
    const questions = (each: Session) => shown(each).map(([question]) => question);
    assert.deepEqual(
      [questions(fork), questions(session)],
      [
        ["1?", "zwei?"],
        ["1?", "2?"],
      ],
    );
    const [picture] = fork.conversation.state.turns[0]!.question.attachments;
    assert.ok(picture?.kind === "image");
    assert.equal((await fork.conversation.file.readImage(picture))?.data, "QUJD");
  });

  test("what is deleted is gone from the file too", async () => {
    await using folder = await temporaryFolder();
    const { sessions } = windowOn(folder.path, new ScriptedRouter(answerEvents("One"), answerEvents("Secret")));
    const session = await sessions.acquire("c1");
    for (const text of ["1?", "Two?"]) {
      await ask(session, text);
      await session.idle();
    }
    await session.deleteTurn(session.conversation.state.turns[1]!.id);
    assert.deepEqual(shown(session), [["1?", "One", "complete"]]);
    assert.doesNotMatch(await readFile(path.join(folder.path, "c1", "events.jsonl"), "utf8"), /Secret|Two/);
  });

  test("a draft from a page that was away does not undo a newer one", async () => {
    await using folder = await temporaryFolder();
    const { sessions } = windowOn(folder.path, new ScriptedRouter());
    const { conversation } = await sessions.acquire("c1");
    await conversation.setDraftText("typed", 3);
    await conversation.prefill("Explain this.");
    await conversation.setDraftText("late", 3);
    assert.equal(conversation.draft.text, "typed\n\nExplain this.");
  });

  test("what was typed while a chip arrived is not older than the chip", async () => {
    await using folder = await temporaryFolder();
    const { sessions } = windowOn(folder.path, new ScriptedRouter());
    const session = await sessions.acquire("c1");
    await session.conversation.setDraftText("Why is @ba", 5);
    await session.attach([
      { id: "", kind: "file", label: "basket.ts", text: "let basket" },
      { id: "", kind: "file", label: "price.ts", text: "let price" },
    ]);
    await session.conversation.setDraftText("Why is basket.ts ", 6);
    assert.equal(session.conversation.draft.text, "Why is basket.ts ");
    assert.equal(session.conversation.draft.attachments.length, 2);
  });

  test("chips stand in the order in which they came, also when the first is a large picture", async () => {
    await using folder = await temporaryFolder();
    const { sessions } = windowOn(folder.path, new ScriptedRouter());
    const session = await sessions.acquire("c1");
    const picture = (label: string, bytes: number) =>
      ({ id: "", kind: "image", label, mediaType: "image/png", data: Buffer.alloc(bytes).toString("base64") }) as const;
    await Promise.all([
      session.attach([picture("large.png", 4_000_000)]),
      session.attach([picture("small.png", 10)]),
      session.attach([{ id: "", kind: "file", label: "a.ts", text: "let a" }]),
    ]);
    assert.deepEqual(
      session.conversation.draft.attachments.map(({ label }) => label),
      ["large.png", "small.png", "a.ts"],
    );
    await sessions.close();
  });

  test("the project's instructions go along until they are taken out of this chat, and come back when they are attached", async () => {
    await using folder = await temporaryFolder();
    const agents: TextAttachment = {
      id: "x",
      kind: "instructions",
      label: "AGENTS.md",
      uri: "file:///w/AGENTS.md",
      text: "Use tabs.",
    };
    const router = new ScriptedRouter(answerEvents("1"), answerEvents("2"), answerEvents("3"));
    const { sessions } = windowOn(folder.path, router, { project: [agents] });
    const session = await sessions.acquire("c1");
    const system = () => JSON.stringify(router.requests.at(-1)?.messages[0]);
    await ask(session, "One?");
    await session.idle();
    assert.match(system(), /Use tabs\./);

    const [chip] = (await session.requests.sendPreview()).instructions;
    assert.deepEqual([chip?.kind, chip?.label, chip?.text], ["instructions", "AGENTS.md", "Use tabs."]);
    await session.detach(chip?.id ?? "");
    assert.deepEqual((await session.requests.sendPreview()).instructions, []);
    await ask(session, "Two?");
    await session.idle();
    assert.doesNotMatch(system(), /Use tabs\./);

    await sessions.close();
    const later = await windowOn(folder.path, router, { project: [agents] }).sessions.acquire("c1");
    assert.deepEqual((await later.requests.sendPreview()).instructions, [], "taken out for good");
    await later.attach([agents]);
    assert.deepEqual(
      [later.conversation.draft.attachments, (await later.requests.sendPreview()).instructions.length],
      [[], 1],
    );
    await ask(later, "Three?");
    await later.idle();
    assert.equal(system().split("Use tabs.").length, 2);
  });

  test("when a chat outgrows every model, its oldest questions stay behind, and the answer says from where it was sent", async () => {
    await using folder = await temporaryFolder();
    const router = new ScriptedRouter(...["1", "2", "3", "4"].map((text) => answerEvents(text)));
    router.pool = [model("m/one:free", { contextLength: 20_000 })];
    const { sessions } = windowOn(folder.path, router);
    const session = await sessions.acquire("c1");
    for (const word of ["one", "two", "three", "four"]) {
      // About 7,000 tokens each: two of them and the room for an answer fill the model.
      await ask(session, `${word} `.repeat(Math.ceil(21_000 / (word.length + 1))));
      await session.idle();
    }
    const sent = router.requests.map(({ messages }) =>
      messages.filter(({ role }) => role === "user").map(({ content }) => JSON.stringify(content).slice(1, 4)),
    );
    assert.deepEqual(sent, [["one"], ["one", "two"], ["two", "thr"], ["thr", "fou"]]);
    const path = shownBranch(session.conversation.published);
    const named = (id: string | undefined) => path.find(({ turn }) => turn.id === id)?.turn.question.text.slice(0, 3);
    assert.deepEqual(
      path.map(({ answer }) => named(answer?.sentFrom)),
      [undefined, undefined, "two", "thr"],
    );
    const { warning, tokenEstimate } = await session.requests.sendPreview();
    assert.match(warning?.text ?? "", /its first 2 questions will not be sent/);
    assert.ok(tokenEstimate && tokenEstimate.share > 0.5 && tokenEstimate.share <= 1);
  });

  test("killed between asking and emptying the composer, a question is not there twice", async () => {
    await using folder = await temporaryFolder();
    const before = windowOn(folder.path, new ScriptedRouter([Promise.withResolvers().promise]));
    const session = await before.sessions.acquire("c1");
    const attachment = { id: "", kind: "file", label: "basket.ts", text: "let basket" } as const;
    await session.attach([attachment]);
    await session.conversation.setDraftText("Why?", 7);
    const draft = session.conversation.draft;
    await session.submit();
    // What the kill leaves: the question in the conversation, and the draft as it was.
    await before.store.file("c1").saveDraft({ ...draft, queued: [] });

    const after = windowOn(folder.path, new ScriptedRouter(), { pid: 2 });
    const again = await after.sessions.acquire("c1");
    assert.deepEqual(shown(again), [["Why?", "", "interrupted"]]);
    const { text, attachments, revision } = again.conversation.draft;
    assert.deepEqual([text, attachments], ["", []]);
    assert.ok(revision > 7, "newer than what the page may still hold");
  });

  test("after a question the empty composer is remembered as newer than what the page may still hold", async () => {
    await using folder = await temporaryFolder();
    const { sessions } = windowOn(folder.path, new ScriptedRouter(answerEvents("So.")));
    const session = await sessions.acquire("c1");
    await session.conversation.setDraftText("Why?", 7);
    await session.submit();
    await session.idle();
    await sessions.close();
    const again = await windowOn(folder.path, new ScriptedRouter(), { pid: 2 }).sessions.acquire("c1");
    await again.conversation.setDraftText("Why?", 7);
    assert.equal(again.conversation.draft.text, "");
  });

  test("when the disk refuses, the answer is shown all the same, said not to be kept, and written when it can be", async () => {
    await using folder = await temporaryFolder();
    const { sessions } = windowOn(folder.path, new ScriptedRouter(answerEvents("Hello."), answerEvents("Again.")));
    const session = await sessions.acquire("c1");
    const obstacle = path.join(folder.path, "c1");
    await writeFile(obstacle, "a file where the folder has to be");
    const news: string[] = [];
    session.conversation.onDidChange(({ type }) => {
      if (type === "unsaved" || type === "saved") news.push(type);
    });
    await ask(session, "Hi?");
    await session.idle();
    assert.deepEqual(shown(session), [["Hi?", "Hello.", "complete"]]);
    assert.deepEqual(news, ["unsaved"]);
    // Whoever looks at another chat meanwhile finds this one as it was.
    await sessions.release(session);
    assert.equal(await sessions.acquire("c1"), session);

    await rm(obstacle);
    await ask(session, "More?");
    await session.idle();
    assert.deepEqual(news, ["unsaved", "saved"]);
    await sessions.close();
    const again = await windowOn(folder.path, new ScriptedRouter()).sessions.acquire("c1");
    assert.deepEqual(shown(again), [
      ["Hi?", "Hello.", "complete"],
      ["More?", "Again.", "complete"],
    ]);
  });

  test("deleted in another window, an answer ends; what is asked next brings the whole chat back", async () => {
    await using folder = await temporaryFolder();
    const half = [...answerEvents("Half").slice(0, -1), new Promise<never>(() => undefined)];
    const one = windowOn(folder.path, new ScriptedRouter(answerEvents("Hello."), half, answerEvents("Again.")));
    const two = windowOn(folder.path, new ScriptedRouter(), { pid: 2, alive: true });
    const session = await one.sessions.acquire("c1");
    let gone = 0;
    session.conversation.onDidChange(({ type }) => {
      if (type === "gone") gone += 1;
    });
    await ask(session, "Hi?");
    await session.idle();
    await two.store.delete(["c1"]);
    assert.deepEqual(await two.store.list(), []);
    await ask(session, "More?");
    assert.deepEqual(
      (await two.store.list()).map(({ id }) => id),
      ["c1"],
    );
    await two.store.delete(["c1"]);
    session.conversation.record({ type: "answer-delta", answer: "of-nobody", text: "a word" });
    await session.idle();
    assert.equal(gone, 1);
    assert.deepEqual(await two.store.list(), []);
    await session.conversation.setDraftText("Still there?", 100);
    await two.store.restore(["c1"]);
    const { conversation } = await two.store.readWithImages("c1");
    assert.deepEqual(
      conversation.turns.map(({ question }) => question.text),
      ["Hi?", "More?"],
    );
    await ask(session, "Still there?");
    await session.idle();
    await one.sessions.close();
    assert.equal((await two.store.readWithImages("c1")).conversation.turns.length, 3);
  });
});
