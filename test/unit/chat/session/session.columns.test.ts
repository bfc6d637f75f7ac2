import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { goesOnFrom, shownBranch } from "../../../../src/chat/conversation/branch";
import type { Session } from "../../../../src/chat/session/session";
import { RouterError, type ModelId } from "../../../../src/router/index";
import { answerEvents, ScriptedRouter } from "../../../support/scriptedRouter";
import { temporaryFolder } from "../../../support/temporaryFolder";
import { model } from "../../router/sampleModels";
import { ask, openWindow } from "../chatHarness";

const models: readonly ModelId[] = ["m/a:free", "m/b:free", "m/c:free"];
const never = new Promise(() => undefined);
/** An answer that goes on after this text. */
const unfinished = (text: string, id: ModelId) => [...answerEvents(text, id).slice(0, -1), never];

/** A session whose router has six models and plays these scripts, one for each request. */
async function openSession(folder: string, ...scripts: ConstructorParameters<typeof ScriptedRouter>) {
  const router = new ScriptedRouter(...scripts);
  router.pool = [...models, "m/d:free", "m/e:free", "m/f:free"].map((id) => model(id));
  const window = openWindow(folder, { router });
  return { ...window, router, session: await window.sessions.acquire("c1") };
}

async function askSeveral(session: Session, text = "Hi?"): Promise<void> {
  await session.conversation.draft.change(() => ({ text }));
  await session.submit(models);
}

/** Model, text and status of each column of the last turn. */
function columns({ conversation }: Session): string[] {
  const { columns: shown = [] } = shownBranch(conversation.published).at(-1) ?? {};
  return shown.map(({ model: id, text, status }) => `${id ?? ""} ${text} ${status}`);
}

/** Resolves when the columns are these. */
function columnsAre(session: Session, expected: readonly string[]): Promise<void> {
  return new Promise((resolve) => {
    const check = (): void => {
      if (columns(session).join() === expected.join()) resolve();
    };
    session.conversation.onDidChange(check);
    check();
  });
}

const allOf = (router: ScriptedRouter): string[] => router.pool.map(({ id }) => id);

describe("Several models that answer the same question", () => {
  test("answer side by side, each with a request and models of its own", async () => {
    await using folder = await temporaryFolder();
    const scripts = models.map((id, index) => answerEvents(`Answer ${index}`, id));
    const { session, router } = await openSession(folder.path, ...scripts);
    await askSeveral(session);
    await session.idle();
    assert.deepEqual(columns(session), [
      "m/a:free Answer 0 complete",
      "m/b:free Answer 1 complete",
      "m/c:free Answer 2 complete",
    ]);
    assert.deepEqual(
      router.requests.map(({ pin, hedge }) => [pin, hedge]),
      models.map((id) => [id, false]),
    );
    for (const id of allOf(router))
      assert.equal(router.requests.filter(({ exclude = [] }) => !exclude.includes(id)).length, 1, id);
    assert.equal(session.conversation.draft.content.text, "");
  });

  test("are stopped one by one or all together", async () => {
    await using folder = await temporaryFolder();
    const { session, sessions } = await openSession(folder.path, ...models.map((id) => unfinished("Some", id)));
    await askSeveral(session);
    await columnsAre(
      session,
      models.map((id) => `${id} Some streaming`),
    );
    const [first] = session.conversation.state.turns[0]?.columns ?? [];
    await session.stop(first);
    await columnsAre(session, ["m/a:free Some stopped", "m/b:free Some streaming", "m/c:free Some streaming"]);
    assert.ok(session.isRunning);
    await session.stop();
    await session.idle();
    assert.deepEqual(
      columns(session),
      models.map((id) => `${id} Some stopped`),
    );
    await sessions.close();
  });

  test("return a queued question to the composer when all are stopped, also if one is complete", async () => {
    await using folder = await temporaryFolder();
    const scripts = [answerEvents("Whole", "m/a:free"), unfinished("Some", "m/b:free"), unfinished("Some", "m/c:free")];
    const { session, router, sessions } = await openSession(folder.path, ...scripts);
    await askSeveral(session);
    await columnsAre(session, ["m/a:free Whole complete", "m/b:free Some streaming", "m/c:free Some streaming"]);
    await ask(session, "And then?");
    await session.stop();
    await session.idle();
    assert.deepEqual([router.requests.length, session.conversation.draft.content.text], [3, "And then?"]);
    assert.deepEqual(session.conversation.draft.content.queued, []);
    await sessions.close();
  });

  test("answer once nothing is running, if another answer has started meanwhile", async () => {
    await using folder = await temporaryFolder();
    const scripts = models.map((id, index) => answerEvents(`Answer ${index}`, id));
    const { session } = await openSession(folder.path, unfinished("First", "m/a:free"), ...scripts);
    await ask(session, "First?");
    const asked = askSeveral(session);
    await session.stop();
    await asked;
    await session.idle();
    assert.equal(columns(session).length, 3);
  });

  test("are stopped at once while the list of models is still being read", async () => {
    await using folder = await temporaryFolder();
    const { session, router } = await openSession(folder.path);
    const asked = Promise.withResolvers<undefined>();
    router.bestModels = () => {
      asked.resolve(undefined);
      return new Promise(() => undefined);
    };
    await askSeveral(session);
    await asked.promise;
    await session.stop();
    await session.idle();
    assert.deepEqual(columns(session), ["  stopped", "  stopped", "  stopped"]);
    assert.equal(router.requests.length, 0);
  });

  test("fail by themselves, and a failed one can be asked again while the others go on", async () => {
    await using folder = await temporaryFolder();
    const { session, router, sessions } = await openSession(
      folder.path,
      [new RouterError("server-error", "Down.")],
      unfinished("Some", "m/b:free"),
      unfinished("Some", "m/c:free"),
      answerEvents("Again", "m/d:free"),
    );
    await askSeveral(session);
    const running = ["m/b:free Some streaming", "m/c:free Some streaming"];
    await columnsAre(session, ["  failed", ...running]);
    const turn = session.conversation.state.turns[0]!;
    await session.regenerate(turn.id, { another: true, column: turn.columns?.[1] });
    assert.equal(router.requests.length, 3, "a running column cannot be asked again");
    await session.regenerate(turn.id, { another: true, column: turn.columns?.[0] });
    await columnsAre(session, ["m/d:free Again complete", ...running]);
    const [again] = router.requests.slice(3);
    assert.equal(again?.hedge, false);
    for (const each of router.requests.slice(1, 3)) assert.ok(again.exclude?.includes(each.pin ?? ""));
    assert.equal(session.conversation.state.turns[0]?.answers.length, 4);
    await session.stop();
    await session.idle();
    await sessions.close();
  });

  test("say which of the chosen models another one has answered for", async () => {
    await using folder = await temporaryFolder();
    const scripts = [
      answerEvents("One", "m/a:free"),
      answerEvents("Two", "m/e:free"),
      answerEvents("Three", "m/c:free"),
    ];
    const { session } = await openSession(folder.path, ...scripts);
    await askSeveral(session);
    await session.idle();
    const [turn] = shownBranch(session.conversation.published);
    assert.deepEqual(
      turn?.columns.map(({ notices }) => notices),
      [[], ["m/b:free could not answer, so m/e:free did."], []],
    );
  });

  test("start over in their own column after some text", async () => {
    await using folder = await temporaryFolder();
    const { session } = await openSession(
      folder.path,
      [...answerEvents("Cut", "m/a:free").slice(0, -1), ...answerEvents("Whole", "m/d:free")],
      answerEvents("Two", "m/b:free"),
      answerEvents("Three", "m/c:free"),
    );
    await askSeveral(session);
    await session.idle();
    assert.deepEqual(columns(session), ["m/d:free Whole complete", "m/b:free Two complete", "m/c:free Three complete"]);
    assert.deepEqual(
      session.conversation.state.turns[0]?.answers.map(({ text, status }) => `${text} ${status}`).sort(),
      ["Cut interrupted", "Three complete", "Two complete", "Whole complete"],
    );
  });

  test("become variants when one is kept, which the router is told", async () => {
    await using folder = await temporaryFolder();
    const scripts = models.map((id, index) => answerEvents(`Answer ${index}`, id));
    const { session, router } = await openSession(folder.path, ...scripts, answerEvents("Next"));
    await askSeveral(session);
    await session.idle();
    const kept = session.conversation.state.turns[0]?.columns?.[1] ?? "";
    await session.keep(kept);
    const [step] = shownBranch(session.conversation.published);
    assert.deepEqual([step?.answer?.id, step?.columns, step?.turn.answers.length], [kept, [], 3]);
    assert.deepEqual(router.feedbacks, ["m/b:free kept"]);
    await ask(session, "And then?");
    await session.idle();
    assert.equal(session.conversation.state.turns[1]?.after, kept);
    assert.deepEqual(
      router.requests
        .at(-1)
        ?.messages.filter(({ role }) => role === "assistant")
        .map(({ content }) => content),
      ["Answer 1"],
    );
  });

  test("are stopped when another one is kept", async () => {
    await using folder = await temporaryFolder();
    const { session, sessions } = await openSession(
      folder.path,
      answerEvents("Done", "m/a:free"),
      unfinished("Some", "m/b:free"),
      unfinished("More", "m/c:free"),
    );
    await askSeveral(session);
    await columnsAre(session, ["m/a:free Done complete", "m/b:free Some streaming", "m/c:free More streaming"]);
    await session.keep(session.conversation.state.turns[0]?.columns?.[0] ?? "");
    await session.idle();
    assert.deepEqual(
      session.conversation.state.turns[0]?.answers.map(({ status }) => status),
      ["complete", "stopped", "stopped"],
    );
    await sessions.close();
  });

  test("stay behind the kept one, also if a stopped one had started over", async () => {
    await using folder = await temporaryFolder();
    const startsOver = { type: "attempt-start", attempt: 2, model: "m/d:free", fallbacks: [] } as const;
    const { session, sessions } = await openSession(
      folder.path,
      answerEvents("Done", "m/a:free"),
      [...answerEvents("Cut", "m/b:free").slice(0, -1), startsOver, never],
      unfinished("More", "m/c:free"),
    );
    await askSeveral(session);
    await columnsAre(session, ["m/a:free Done complete", "m/d:free  waiting", "m/c:free More streaming"]);
    const kept = session.conversation.state.turns[0]?.columns?.[0] ?? "";
    await session.keep(kept);
    await session.idle();
    assert.equal(shownBranch(session.conversation.published)[0]?.answer?.id, kept);
    await sessions.close();
  });

  test("are ended one by one also where no process writes them any more", async () => {
    await using folder = await temporaryFolder();
    const { session } = await openSession(folder.path, ...models.map((id) => unfinished("Some", id)));
    await askSeveral(session);
    await columnsAre(
      session,
      models.map((id) => `${id} Some streaming`),
    );
    await session.conversation.flush();
    const other = await openWindow(folder.path, { pid: 2, alive: true }).sessions.acquire("c1");
    await other.stop(other.conversation.state.turns[0]?.columns?.[0]);
    await other.conversation.flush();
    assert.deepEqual(columns(other), ["m/a:free Some stopped", "m/b:free Some streaming", "m/c:free Some streaming"]);
  });

  test("are followed by the next question from the first complete one, if none was kept", async () => {
    await using folder = await temporaryFolder();
    const { session } = await openSession(
      folder.path,
      [new RouterError("server-error", "Down.")],
      answerEvents("Two", "m/b:free"),
      answerEvents("Three", "m/c:free"),
      answerEvents("Next"),
    );
    await askSeveral(session);
    // Queued, since the others are still being written.
    await ask(session, "And then?");
    await session.idle();
    const [first, second] = shownBranch(session.conversation.published);
    assert.equal(second?.turn.question.text, "And then?");
    assert.deepEqual([first?.answer?.text, first?.columns, second.turn.after], ["Two", [], first?.answer?.id]);
    assert.equal(first && goesOnFrom(first)?.text, "Two");
  });

  test("are followed by the next question from the one that is read in a tab", async () => {
    await using folder = await temporaryFolder();
    const scripts = models.map((id, index) => answerEvents(`Answer ${index}`, id));
    const { session } = await openSession(folder.path, ...scripts, answerEvents("Next"));
    await askSeveral(session);
    await session.idle();
    session.setRead(shownBranch(session.conversation.published)[0]?.columns[2]?.id);
    await ask(session, "Why did you say that?");
    await session.idle();
    const [first, second] = shownBranch(session.conversation.published);
    assert.deepEqual([first?.answer?.text, second?.turn.after], ["Answer 2", first?.answer?.id]);
  });

  test("are interrupted variants after a crash, which can be continued in their columns", async () => {
    await using folder = await temporaryFolder();
    const { session } = await openSession(folder.path, ...models.map((id) => unfinished("Some", id)));
    await askSeveral(session);
    await columnsAre(
      session,
      models.map((id) => `${id} Some streaming`),
    );
    await session.conversation.flush();
    const router = new ScriptedRouter(answerEvents(" more", "m/b:free"));
    const after = await openWindow(folder.path, { router, pid: 2 }).sessions.acquire("c1");
    assert.deepEqual(
      columns(after),
      models.map((id) => `${id} Some interrupted`),
    );
    await after.continueAnswer(after.conversation.state.turns[0]?.columns?.[1] ?? "");
    await after.idle();
    assert.deepEqual(columns(after), [
      "m/a:free Some interrupted",
      "m/b:free Some more complete",
      "m/c:free Some interrupted",
    ]);
  });

  test("answer an earlier question again", async () => {
    await using folder = await temporaryFolder();
    const scripts = models.map((id, index) => answerEvents(`Answer ${index}`, id));
    const { session } = await openSession(folder.path, answerEvents("First"), ...scripts, answerEvents("One more"));
    await ask(session, "Hi?");
    await session.idle();
    const turn = session.conversation.state.turns[0]!.id;
    await session.regenerateWith(turn, models);
    await session.idle();
    assert.equal(columns(session).length, 3);
    assert.equal(session.conversation.state.turns[0]?.answers.length, 4);
    // An answer outside the columns takes their place.
    await session.regenerate(turn, { another: false });
    await session.idle();
    assert.deepEqual([columns(session), shownBranch(session.conversation.state)[0]?.answer?.text], [[], "One more"]);
  });

  test("answer an earlier question again once an answer has ended that started while they were chosen", async () => {
    await using folder = await temporaryFolder();
    const scripts = models.map((id, index) => answerEvents(`Answer ${index}`, id));
    const { session } = await openSession(
      folder.path,
      answerEvents("First"),
      unfinished("Some", "m/d:free"),
      ...scripts,
    );
    await ask(session, "Hi?");
    await session.idle();
    const turn = session.conversation.state.turns[0]!.id;
    await session.regenerate(turn, { another: false });
    const compared = session.regenerateWith(turn, models);
    await session.stop();
    await compared;
    await session.idle();
    assert.equal(columns(session).length, 3);
  });
});
