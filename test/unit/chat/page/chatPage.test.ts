import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { ChatPage } from "../../../../src/chat/page/chatPage";
import { ConversationStore } from "../../../../src/chat/storage/conversationStore";
import type { FromWebview, ToWebview } from "../../../../src/chat/page/protocol";
import type { Attachment, Mention } from "../../../../src/context/attachment";
import { OpenSessions } from "../../../../src/chat/session/openSessions";
import type { AnswerAction, AttachmentSources, PageDependencies } from "../../../../src/chat/page/pageDependencies";
import { fitText } from "../../../../src/context/textBudget";
import { silentLog } from "../../../../src/router/log";
import { answered, ScriptedRouter } from "../../../support/scriptedRouter";
import { temporaryFolder } from "../../../support/temporaryFolder";

/** A chat page with the test at the other end of its door, and all the world around it watched. */
async function openPage(
  folder: string,
  router: ScriptedRouter,
  {
    hasKey = true,
    keyAfterAsking = true,
    deed,
    attachments = {},
  }: {
    hasKey?: boolean;
    keyAfterAsking?: boolean;
    deed?: AnswerAction;
    attachments?: Partial<AttachmentSources>;
  } = {},
) {
  const heard: ToWebview[] = [];
  const done: string[] = [];
  let key = hasKey;
  let read = 0;
  const store = new ConversationStore({ folder, log: silentLog, isAlive: () => false });
  let ids = 0;
  const newId = (): string => `id-${(ids += 1)}`;
  const sessions = new OpenSessions(store, {
    router,
    log: silentLog,
    instructions: () => "",
    projectInstructions: () => Promise.resolve([]),
    now: Date.now,
    newId,
    pid: 1,
  });
  const note =
    <R>(name: string, result: R) =>
    (...parameters: unknown[]): Promise<R> => {
      done.push([name, ...parameters].join(" "));
      return Promise.resolve(result);
    };
  const world: PageDependencies = {
    sessions,
    log: silentLog,
    modelName: (id) => id.toUpperCase(),
    imageUrl: (path) => `file:${path}`,
    titleChanged: () => undefined,
    closed: () => undefined,
    environment: () => Promise.resolve({ hasKey: key, modelChoice: "Automatic" }),
    attachments: {
      pick: () => Promise.resolve([]),
      fromEditor: () => Promise.resolve([{ id: "", kind: "file", label: "open.ts", text: "let a" }]),
      fromUris: () => Promise.resolve([]),
      fromText: (label, text) => Promise.resolve([{ id: "", kind: "file", label, ...beginningOf(text) }]),
      findMentions: () => Promise.resolve([]),
      fromMention: () => Promise.resolve([]),
      ...attachments,
    },
    codeLinks: {
      find: (names) => Promise.resolve(names.filter((name) => name.endsWith(".ts"))),
      open: (name) => note("open", name === "a.ts")(name),
    },
    actions: {
      newChat: note("newChat", undefined),
      markPrivacyNoticeRead: () => (read += 1),
      setApiKey: note("setApiKey", true),
      signIn: () => {
        done.push("signIn");
        key = keyAfterAsking;
        return Promise.resolve(keyAfterAsking);
      },
      pickModel: note("pickModel", undefined),
      showLog: note("showLog", undefined),
      testConnection: note("testConnection", undefined),
      copyDiagnostics: note("copyDiagnostics", undefined),
      openLink: note("openLink", true),
      copy: note("copy", undefined),
      pinModel: note("keepModel", undefined),
      excludeModel: note("neverUseModel", undefined),
      chooseAnswerAction: () => Promise.resolve(deed),
      open: note("open", undefined),
      code: {
        insert: note("insert", undefined),
        terminal: note("terminal", "Several lines."),
        apply: ({ code, language, sources }) =>
          note("apply", undefined)(code, language, ...sources.map(({ label }) => label)),
        more: note("more", undefined),
      },
    },
  };
  const page = new ChatPage(
    {
      postMessage: (messages) => heard.push(...messages),
      onDidReceiveMessage: () => ({ dispose: () => undefined }),
    },
    world,
  );
  await page.show("c1");
  const say = (message: FromWebview): Promise<void> => page.receive(message);
  return {
    page,
    say,
    heard,
    done,
    world,
    session: page.session!,
    timesRead: () => read,
    types: () => heard.splice(0).map(({ type }) => type),
  };
}

/** What VS Code's side does with a long text, in short. */
const beginningOf = (text: string) => {
  const fitted = fitText(text);
  return { text: fitted.text, ...(fitted.leftOut && { cut: "the rest" }) };
};

const submit = (text: string): FromWebview => ({ type: "submit", conversation: "c1", text, revision: 1 });

suite("the host's half of a chat page", () => {
  test("says nothing before the page is there, then everything, and then what changes", async () => {
    await using folder = await temporaryFolder();
    const { say, heard, session, types } = await openPage(folder.path, new ScriptedRouter(answered("Hello.")));
    assert.deepEqual(types(), []);
    await say({ type: "ready" });
    assert.deepEqual(types(), ["state"]);
    await say(submit("Hi?"));
    await session.idle();
    assert.ok(heard.some(({ type }) => type === "turns"));
    const draft = heard.findLast((message) => message.type === "draft")?.draft;
    assert.equal(draft?.text, "");
    heard.length = 0;
    await say({ type: "ready" });
    const state = heard.find((message) => message.type === "state")?.state;
    assert.equal(state?.turns[0]?.answer?.text, "Hello.");
    assert.deepEqual(state.turns[0].answer.model, { id: "m/one:free", name: "M/ONE:FREE" });
  });

  test("says nothing while the page is out of sight", async () => {
    await using folder = await temporaryFolder();
    const { page, say, session, types } = await openPage(folder.path, new ScriptedRouter(answered("Hello.")));
    await say({ type: "ready" });
    page.hidden();
    types();
    await say(submit("Hi?"));
    await session.idle();
    assert.deepEqual(types(), []);
  });

  test("without a key lets the user sign in, gives the typed question back meanwhile, and then asks it", async () => {
    await using folder = await temporaryFolder();
    const router = new ScriptedRouter(answered("Hello."));
    const { say, session, heard, done } = await openPage(folder.path, router, { hasKey: false });
    await say({ type: "ready" });
    await say(submit("Hi?"));
    await session.idle();
    assert.deepEqual(done, ["signIn"]);
    assert.equal(heard.find((message) => message.type === "draft")?.draft.text, "Hi?");
    assert.equal(router.requests.length, 1);
  });

  test("when no key is given the question stays in the composer", async () => {
    await using folder = await temporaryFolder();
    const router = new ScriptedRouter();
    const { say, session } = await openPage(folder.path, router, { hasKey: false, keyAfterAsking: false });
    await say({ type: "ready" });
    await say(submit("Hi?"));
    assert.equal(session.conversation.draft.text, "Hi?");
    assert.deepEqual([session.conversation.state.turns.length, router.requests.length], [0, 0]);
  });

  test("what providers may do counts as read where the question was asked from the empty page", async () => {
    await using folder = await temporaryFolder();
    const router = new ScriptedRouter(answered("Hello."), answered("Again."));
    const { say, session, timesRead } = await openPage(folder.path, router);
    await say({ type: "ready" });
    assert.equal(timesRead(), 0);
    await say(submit("Hi?"));
    await session.idle();
    assert.equal(timesRead(), 1);
    await say({ type: "submit", conversation: "c1", text: "And now?", revision: 2 });
    await session.idle();
    assert.equal(timesRead(), 1);
  });

  test("chats shown in quick succession: the last one stays, and another page's chat stays open", async () => {
    await using folder = await temporaryFolder();
    const { page, world, session } = await openPage(folder.path, new ScriptedRouter(answered("Hello.")));
    const heard: ToWebview[] = [];
    const other = new ChatPage(
      { postMessage: (messages) => heard.push(...messages), onDidReceiveMessage: () => ({ dispose: () => undefined }) },
      world,
    );
    await other.show("c1");
    await other.receive({ type: "ready" });
    await Promise.all(["c2", "c3"].map((id) => page.show(id)));
    assert.equal(page.session?.id, "c3");
    heard.length = 0;
    await session.conversation.changeDraft(() => ({ text: "Still there?" }));
    await session.submit();
    await session.idle();
    assert.ok(
      heard.some(({ type }) => type === "delta"),
      "the other page hears its chat",
    );
    page.dispose();
    other.dispose();
    await session.idle();
  });

  test("a page that closes while a chat is being opened lets go of it", async () => {
    await using folder = await temporaryFolder();
    const { page, world } = await openPage(folder.path, new ScriptedRouter());
    const opening = page.show("c2");
    page.dispose();
    const late = await opening;
    const again = await world.sessions.acquire("c2");
    assert.notEqual(again, late, "nobody held it any more");
  });

  test("a question that waits is taken away alone, and is not asked", async () => {
    await using folder = await temporaryFolder();
    const gate = Promise.withResolvers<unknown>();
    const router = new ScriptedRouter([gate.promise, ...answered("One.")], answered("Three."));
    const { say, session } = await openPage(folder.path, router);
    await say({ type: "ready" });
    for (const at of [1, 2, 3]) await say({ type: "submit", conversation: "c1", text: `${at}?`, revision: 10 * at });
    const [second] = session.conversation.draft.queued;
    await say({ type: "remove-queued", id: second?.id ?? "" });
    gate.resolve(undefined);
    await session.idle();
    assert.deepEqual(
      session.conversation.state.turns.map(({ question }) => question.text),
      ["1?", "3?"],
    );
  });

  test("opens web and mail addresses only", async () => {
    await using folder = await temporaryFolder();
    const { say, done } = await openPage(folder.path, new ScriptedRouter());
    const urls = [
      "https://a.example/",
      "command:evil",
      "javascript:alert(1)",
      "file:///etc/passwd",
      "vscode://x/y",
      "mailto:a@b.example",
      "no url",
    ];
    for (const url of urls) await say({ type: "open-link", url });
    assert.deepEqual(done, ["openLink https://a.example/", "openLink mailto:a@b.example"]);
  });

  test("tells which names are files or symbols, opens them, and says so when one is gone", async () => {
    await using folder = await temporaryFolder();
    const { say, heard, done, types } = await openPage(folder.path, new ScriptedRouter());
    await say({ type: "ready" });
    types();
    const names = ["a.ts", "b.ts", "npm test"];
    await say({ type: "find-code-links", names });
    await say({ type: "open-code-link", name: "a.ts" });
    await say({ type: "open-code-link", name: "b.ts" });
    const text = "b.ts is not there any more.";
    assert.deepEqual(
      heard.filter(({ type }) => type === "code-links" || type === "notice"),
      [
        { type: "code-links", asked: names, found: ["a.ts", "b.ts"] },
        { type: "notice", notice: { severity: "info", text } },
      ],
    );
    assert.deepEqual(done, ["open a.ts", "open b.ts"]);
  });

  test("drops what is no message, without harm", async () => {
    await using folder = await temporaryFolder();
    const { page, done, heard } = await openPage(folder.path, new ScriptedRouter());
    for (const message of [
      null,
      1,
      "x",
      {},
      { type: "nope" },
      { type: "show", after: "../../x", id: "y" },
      { type: "submit" },
    ])
      await page.receive(message);
    assert.deepEqual([done, heard], [[], []]);
  });

  test("a late draft is kept with the conversation that it was typed in", async () => {
    await using folder = await temporaryFolder();
    const { page, say } = await openPage(folder.path, new ScriptedRouter());
    await say({ type: "ready" });
    const next = await page.show("c2");
    await say({ type: "draft", conversation: "c1", text: "typed in the first", revision: 1 });
    assert.equal(next.conversation.draft.text, "");
    assert.equal((await page.show("c1")).conversation.draft.text, "typed in the first");
  });

  test("an example is asked about the open file", async () => {
    await using folder = await temporaryFolder();
    const router = new ScriptedRouter(answered("It is a file."));
    const { say, session } = await openPage(folder.path, router);
    await say({ type: "example", subject: "editor", text: "Explain it." });
    await session.idle();
    assert.match(JSON.stringify(router.requests[0]?.messages.at(-1)), /open\.ts.*let a.*Explain it\./);
  });

  test("what a chip holds, an answer's text and code go where they are wanted", async () => {
    await using folder = await temporaryFolder();
    const { say, session, heard, done } = await openPage(folder.path, new ScriptedRouter(answered("Hello.")));
    await say({ type: "ready" });
    await say({ type: "attach-text", label: "Pasted text", text: "a long text" });
    const [chip] = session.conversation.draft.attachments;
    await say({ type: "expand", id: chip!.id });
    assert.equal(heard.find((message) => message.type === "attachment-text")?.text, "a long text");
    await session.conversation.attach([{ id: "", kind: "selection", label: "b.ts:2", text: "b()", surroundings: "b" }]);
    const selection = session.conversation.draft.attachments[1]!;
    await say({ type: "expand", id: selection.id });
    assert.deepEqual(
      heard.findLast((message) => message.type === "attachment-text"),
      { type: "attachment-text", id: selection.id, text: "b()", surroundings: "b" },
    );
    await say({ type: "detach-surroundings", id: selection.id });
    assert.ok(!("surroundings" in session.conversation.draft.attachments[1]!));
    await say({ type: "detach", id: selection.id });
    await say(submit("Hi?"));
    await session.idle();
    await say({ type: "copy-answer", id: session.conversation.published.turns[0]!.answers[0]!.id });
    const code = {
      type: "code",
      turn: session.conversation.published.turns[0]!.id,
      text: "let a",
      language: "ts",
    } as const;
    for (const deed of ["insert", "apply", "terminal", "more", "copy"] as const) await say({ ...code, do: deed });
    assert.deepEqual(done, [
      "copy Hello.",
      "insert let a",
      "apply let a ts Pasted text",
      "terminal let a",
      "more let a ts",
      "copy let a",
    ]);
    assert.equal(heard.findLast((message) => message.type === "notice")?.notice.text, "Several lines.");
  });

  test("a newer search behind @ ends the one before, whose findings are not told", async () => {
    await using folder = await temporaryFolder();
    const slow = Promise.withResolvers<Mention[]>();
    const signals: AbortSignal[] = [];
    const file = (label: string): Mention => ({ id: `uri:${label}`, kind: "file", label, description: "src" });
    const { say, heard } = await openPage(folder.path, new ScriptedRouter(), {
      attachments: {
        findMentions: (query, signal) => {
          signals.push(signal);
          return query === "b" ? slow.promise : Promise.resolve([file("basket.ts")]);
        },
      },
    });
    await say({ type: "ready" });
    const first = say({ type: "find-mentions", search: 1, query: "b" });
    await say({ type: "find-mentions", search: 2, query: "ba" });
    assert.deepEqual(
      signals.map(({ aborted }) => aborted),
      [true, false],
    );
    slow.resolve([file("late.ts")]);
    await first;
    const told = heard.flatMap((message) => (message.type === "mentions" ? [message] : []));
    assert.deepEqual(told, [{ type: "mentions", search: 2, found: [file("basket.ts")] }]);
  });

  test("of a very long paste the chip has what is sent of one text, and says what is not", async () => {
    await using folder = await temporaryFolder();
    const { say, session } = await openPage(folder.path, new ScriptedRouter());
    await say({ type: "ready" });
    await say({ type: "attach-text", label: "Pasted text", text: "let a = 1;\n".repeat(100_000) });
    const [chip] = session.conversation.draft.attachments;
    assert.ok(chip?.kind === "file" && chip.text.length <= 60_000);
    assert.equal(chip.cut, "the rest");
  });

  test("a question waits for the chip that is still on its way", async () => {
    await using folder = await temporaryFolder();
    const router = new ScriptedRouter(answered("It is a basket."));
    const found = Promise.withResolvers<Attachment[]>();
    const { say, session } = await openPage(folder.path, router, { attachments: { fromMention: () => found.promise } });
    await say({ type: "ready" });
    const attached = say({ type: "attach-mention", id: "uri:file:///w/basket.ts" });
    const asked = say(submit("What is it?"));
    found.resolve([{ id: "", kind: "file", label: "basket.ts", text: "let basket" }]);
    await Promise.all([attached, asked]);
    await session.idle();
    assert.match(JSON.stringify(router.requests[0]?.messages.at(-1)), /basket\.ts.*let basket.*What is it\?/);
    assert.deepEqual(session.conversation.draft.attachments, []);
  });

  test("who answered can be kept or never asked again, and a chat can go on elsewhere from there", async () => {
    for (const [deed, doing] of [
      ["keep-model", "keepModel m/one:free"],
      ["never-use-model", "neverUseModel m/one:free"],
      ["fork", "open id-"],
    ] as const) {
      await using folder = await temporaryFolder();
      const { say, session, done } = await openPage(folder.path, new ScriptedRouter(answered("Hello.")), { deed });
      await say({ type: "ready" });
      await say(submit("Hi?"));
      await session.idle();
      await say({ type: "more", turn: session.conversation.published.turns[0]!.id });
      assert.ok(done[0]?.startsWith(doing), done[0]);
    }
  });

  test("a picture from a file is drawn by the page, also by one that comes later", async () => {
    await using folder = await temporaryFolder();
    const photo: Attachment = { id: "", kind: "image", label: "a.jpg", mediaType: "image/png", data: "raw" };
    const text: Attachment = { id: "", kind: "file", label: "b.ts", text: "let b" };
    const { page, say, session, heard } = await openPage(folder.path, new ScriptedRouter(), {
      attachments: { pick: () => Promise.resolve([photo, text, { ...photo, label: "none.heic" }]) },
    });
    await say({ type: "ready" });
    const attached = say({ type: "pick-attachments" });
    await new Promise(setImmediate);
    page.hidden();
    heard.length = 0;
    await say({ type: "ready" });
    const asked = heard.filter((message) => message.type === "fit-image");
    assert.deepEqual(
      asked.map(({ label, data }) => [label, data]),
      [
        ["a.jpg", "raw"],
        ["none.heic", "raw"],
      ],
    );
    const jpeg = Buffer.from("\xff\xd8\xff....", "latin1").toString("base64");
    await say({ type: "image-fitted", id: asked[0]!.id, data: jpeg });
    await say({ type: "image-fitted", id: asked[1]!.id });
    await attached;
    const [first, second, ...others] = session.conversation.draft.attachments;
    assert.deepEqual([first?.kind === "image" && first.mediaType, second?.label, others], ["image/jpeg", "b.ts", []]);
  });

  test("a picture is what its bytes say", async () => {
    await using folder = await temporaryFolder();
    const { say, session, heard } = await openPage(folder.path, new ScriptedRouter());
    await say({ type: "ready" });
    const png = Buffer.from("\x89PNG\r\n\x1a\n....", "latin1").toString("base64");
    await say({ type: "attach-image", label: "shot.jpg", data: png });
    await say({ type: "attach-image", label: "evil.png", data: Buffer.from("<svg>").toString("base64") });
    const [image, ...others] = session.conversation.draft.attachments;
    assert.deepEqual([image?.kind === "image" && image.mediaType, others.length], ["image/png", 0]);
    assert.match(heard.findLast((message) => message.type === "notice")?.notice.text ?? "", /evil\.png/);
  });
});
