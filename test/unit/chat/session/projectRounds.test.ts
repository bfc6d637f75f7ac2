import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import type { Answer } from "../../../../src/chat/conversation/conversation";
import {
  RouterError,
  type CompletionRequest,
  type Model,
  type Quota,
  type ServiceState,
} from "../../../../src/router/index";
import type { Decide } from "../../../support/scriptedSecretsCheck";
import { scriptedSecretsCheck } from "../../../support/scriptedSecretsCheck";
import { answerEvents, ScriptedRouter } from "../../../support/scriptedRouter";
import { temporaryFolder } from "../../../support/temporaryFolder";
import { model } from "../../router/sampleModels";
import { ask, openWindow } from "../chatHarness";
import { callEvents, reads, scriptedTools, type Script } from "./lookHarness";

const files = { "a.ts": "let a = 1;", "b.ts": "let b = 2;", "c.ts": "let c = 3;", "d.ts": "let d = 4;" };

interface LookOptions {
  files?: Readonly<Record<string, string>>;
  rounds?: number;
  isOn?: boolean;
  question?: string;
  decide?: Decide;
  services?: readonly ServiceState[] | (() => readonly ServiceState[]);
  /** The models that are not busy. */
  pool?: Model[];
  /** Called when the answer has made a call. */
  onCall?: (session: { answerNow(): void; stop(): void }) => void;
}

/** Asks one question whose requests play these scripts. */
async function look(scripts: Script[], options: LookOptions = {}) {
  await using folder = await temporaryFolder();
  const router = new ScriptedRouter(...scripts);
  const { services = [] } = options;
  router.services = () => Promise.resolve([...(typeof services === "function" ? services() : services)]);
  router.pool = options.pool ?? [];
  const { lookCloser, read } = scriptedTools(options.files ?? files, options);
  const { check, asked } = scriptedSecretsCheck(options.decide);
  const { sessions } = openWindow(folder.path, { router, lookCloser, secrets: check });
  const session = await sessions.acquire("c1");
  session.conversation.onDidChange((change) => {
    if (change.type === "events" && change.events.some(({ type }) => type === "tool-call")) options.onCall?.(session);
  });
  await ask(session, options.question ?? "@project What is a?");
  await session.idle();
  const { answers } = session.conversation.state.turns[0]!;
  const answer = answers.at(-1);
  assert.ok(answer);
  await sessions.close();
  return { answer, answers, requests: router.requests, read, asked };
}

const usesTools = ({ tools }: CompletionRequest): boolean => tools !== undefined;
const textOf = (request: CompletionRequest | undefined): string => JSON.stringify(request?.messages);
const results = ({ calls = [] }: Answer): (string | undefined)[] => calls.map(({ result }) => result?.text);

describe("An answer that looks into the project", () => {
  test("reads what the model asks for, and answers", async () => {
    const { answer, requests, read } = await look([reads("a.ts"), reads("b.ts"), answerEvents("It is 1.")]);
    assert.deepEqual(read, ["a.ts", "b.ts"]);
    assert.deepEqual(requests.map(usesTools), [true, true, true]);
    assert.deepEqual([answer.text, answer.status, answer.attempts], ["It is 1.", "complete", 3]);
    assert.deepEqual(
      answer.calls?.map(({ label, round, result }) => [label, round, result?.text]),
      [
        ["Read a.ts", 1, "a.ts:1\nlet a = 1;"],
        ["Read b.ts", 2, "b.ts:1\nlet b = 2;"],
      ],
    );
    assert.deepEqual(answer.requests, { current: 3, most: 4 });
    assert.deepEqual(requests[2]?.messages.slice(2), [
      {
        role: "assistant",
        content: null,
        tool_calls: [
          { id: "call_0", type: "function", function: { name: "read_lines", arguments: '{"path":"a.ts"}' } },
        ],
      },
      { role: "tool", tool_call_id: "call_0", content: "a.ts:1\nlet a = 1;" },
      {
        role: "assistant",
        content: null,
        tool_calls: [
          { id: "call_0", type: "function", function: { name: "read_lines", arguments: '{"path":"b.ts"}' } },
        ],
      },
      { role: "tool", tool_call_id: "call_0", content: "b.ts:1\nlet b = 2;" },
    ]);
    assert.deepEqual(
      requests.map(({ pin }) => pin),
      [undefined, "m/one:free", "m/one:free"],
    );
  });

  test("makes no round beyond the limit: the last request has no tools, and what was found as text", async () => {
    const scripts = [reads("a.ts"), reads("b.ts"), answerEvents("It is 1.")];
    const { answer, requests } = await look(scripts, { rounds: 2 });
    assert.deepEqual(requests.map(usesTools), [true, true, false]);
    assert.ok(requests[2]?.messages.every(({ role, tool_calls }) => role !== "tool" && tool_calls === undefined));
    assert.match(textOf(requests[2]), /Found in the project:.*let a = 1;.*let b = 2;.*Answer the question now\./);
    assert.deepEqual([answer.text, answer.requests], ["It is 1.", { current: 3, most: 3, isLast: true }]);
    assert.doesNotMatch(textOf(requests[0]), /\d rounds|limit/);
  });

  test("ignores calls in the last reply", async () => {
    const last = [...reads("d.ts", { text: "It is 1." })];
    const { answer, requests, read } = await look([reads("a.ts"), last], { rounds: 1 });
    assert.deepEqual([requests.length, read, answer.text, answer.status], [2, ["a.ts"], "It is 1.", "complete"]);
  });

  test("counts all calls of a reply as one round, and runs no more than twelve", async () => {
    const paths = Array.from({ length: 40 }, (_, index) => `f${index}.ts`);
    const many = Object.fromEntries(paths.map((path) => [path, `text of ${path}`]));
    const calls = callEvents(paths.map((path) => ["read_lines", { path }] as const));
    const { answer, requests, read } = await look([calls, answerEvents("Done.")], { files: many });
    assert.equal(read.length, 12);
    assert.equal(answer.calls?.length, 12);
    assert.equal(requests.length, 2);
    assert.match(textOf(requests[1]), /28 more calls were not run/);
  });

  test("answers a repeated call without running it, and ends when a model only repeats itself", async () => {
    const again = callEvents([
      ["read_lines", { path: "a.ts" }],
      ["read_lines", { path: "b.ts" }],
    ]);
    const scripts = [reads("a.ts"), again, reads("b.ts"), answerEvents("It is 1.")];
    const { answer, requests, read } = await look(scripts, { rounds: 8 });
    assert.deepEqual(read, ["a.ts", "b.ts"]);
    assert.deepEqual(requests.map(usesTools), [true, true, true, false]);
    assert.match(results(answer)[1] ?? "", /You have made this call before/);
    assert.equal(answer.calls?.[1]?.result?.isProblem, undefined);
    assert.equal(answer.text, "It is 1.");
  });

  test("tells the model about unknown tools, refused paths and tools that break", async () => {
    const calls = callEvents([
      ["delete_everything", {}],
      ["read_lines", { path: "../.ssh/id_rsa" }],
      ["read_lines", { path: "broken.ts" }],
      ["read_lines", null],
    ]);
    const { answer, requests } = await look([calls, answerEvents("I could not.")]);
    assert.deepEqual(results(answer), [
      "There is no such tool.",
      "There is no such file or folder.",
      "The call failed.",
      "There is no such file or folder.",
    ]);
    assert.ok(answer.calls?.every(({ result }) => result?.isProblem));
    assert.equal(answer.calls?.[0]?.label, "Unknown tool: delete_everything");
    assert.deepEqual([requests.length, answer.text], [2, "I could not."]);
  });

  test("answers without tools if the models only break them", async () => {
    const attempts = [1, 2].map((attempt) => ({ attempt, model: "m", reason: "bad-tool-call", message: "x" }) as const);
    const broken: Script = [
      ...attempts.map((each) => ({ type: "attempt-start", ...each, fallbacks: [] }) as const),
      ...attempts.map((each) => ({ type: "attempt-fail", ...each }) as const),
      new RouterError("bad-tool-call", "Broken JSON.", { attempts }),
    ];
    const { answer, requests } = await look([broken, answerEvents("It is 1.")]);
    assert.deepEqual(requests.map(usesTools), [true, false]);
    assert.deepEqual([answer.text, answer.status, answer.attempts], ["It is 1.", "complete", 3]);
    assert.equal(answer.failures.length, 2);
    assert.deepEqual(answer.notices, [
      "No model could look into the project, so this answer was written without looking closer.",
    ]);
  });

  for (const [what, reason] of [
    ["busy models", "all-resting"],
    ["models that were busy when asked", "rate-limit-model"],
    ["the network", "offline"],
    ["the used-up day", "rate-limit-day"],
  ] as const)
    test(`fails like any other answer because of ${what}, without a request without tools`, async () => {
      const { answer, requests } = await look([[new RouterError(reason, "x")], answerEvents("It is 1.")]);
      assert.deepEqual(requests.map(usesTools), [true]);
      assert.deepEqual([answer.status, answer.error?.reason, answer.notices], ["failed", reason, []]);
    });

  test("waits once for busy models that can use tools, although others are free", async () => {
    const busy = (): Script => [new RouterError("rate-limit-model", "Busy.", { retryAt: 0 })];
    const pool = [model("m/plain:free", { supportedParameters: [] })];
    const { answer, requests } = await look([busy(), answerEvents("It is 1.")], { pool });
    assert.deepEqual([requests.map(usesTools), answer.text], [[true, true], "It is 1."]);
    const again = await look([busy(), busy(), answerEvents("It is 1.")], { pool });
    assert.deepEqual([again.requests.length, again.answer.status], [2, "failed"]);
  });

  test("does not say that too few requests are left if there are enough after a wait", async () => {
    const busy: Script = [new RouterError("all-resting", "Busy.", { retryAt: 0 })];
    const scripts = [busy, reads("a.ts"), answerEvents("It is 1.")];
    let asked = 0;
    const services = () => [service({ minute: { used: asked++ === 0 ? 19 : 0, limit: 20, resetsAt: 0 } })];
    const { answer, requests } = await look(scripts, { services, rounds: 1 });
    assert.deepEqual([requests.map(usesTools), answer.notices], [[false, true, false], []]);
  });

  test("says once that too few requests are left, also if it waits", async () => {
    const busy: Script = [new RouterError("all-resting", "Busy.", { retryAt: 0 })];
    const { answer } = await look([busy, answerEvents("It may be 1.")], { services: [service({ remaining: 1 })] });
    assert.deepEqual(answer.notices, ["Answered without looking closer, because too few requests are left."]);
  });

  test("does not say how it was written if it was not", async () => {
    const refused = (): Script => [new RouterError("capability-missing", "x")];
    const { answer, requests } = await look([refused(), [new RouterError("offline", "x")]]);
    assert.deepEqual(requests.map(usesTools), [true, false]);
    assert.deepEqual([answer.status, answer.notices], ["failed", []]);
  });

  test("answers with what was found if no model can use tools in a later round", async () => {
    const scripts = [reads("a.ts"), [new RouterError("no-candidate", "None.")], answerEvents("It is 1.")];
    const { answer, requests } = await look(scripts);
    assert.deepEqual(requests.map(usesTools), [true, true, false]);
    assert.match(textOf(requests[2]), /let a = 1;/);
    assert.deepEqual([answer.text, answer.notices], ["It is 1.", []]);
  });

  test("answers without what was found if that is too long for every model", async () => {
    const tooLong = (): Script => [new RouterError("context-too-long", "Too long.")];
    const { answer, requests } = await look([reads("a.ts"), tooLong(), tooLong(), answerEvents("It may be 1.")]);
    assert.deepEqual(requests.map(usesTools), [true, true, false, false]);
    assert.doesNotMatch(textOf(requests[3]), /let a/);
    assert.equal(answer.text, "It may be 1.");
  });

  test("fails like any other answer if even the last request does", async () => {
    const { answer } = await look([
      reads("a.ts"),
      [new RouterError("capability-missing", "x")],
      [new RouterError("offline", "x")],
    ]);
    assert.deepEqual([answer.status, answer.error?.reason, answer.calls?.length], ["failed", "offline", 1]);
  });

  test("keeps what the model wrote before its calls, as a paragraph of its own", async () => {
    const scripts = [reads("a.ts", { text: "Let me look." }), answerEvents("It is 1.")];
    const { answer, requests } = await look(scripts);
    assert.equal(answer.text, "Let me look.\n\nIt is 1.");
    assert.equal(requests[1]?.messages.at(-2)?.content, "Let me look.");
  });

  test("keeps the reasoning of all rounds", async () => {
    const thinking = (script: Script, text: string): Script => [
      ...script.slice(0, 1),
      { type: "reasoning-delta", text },
      ...script.slice(1),
    ];
    const brokenOff: Script = [
      { type: "attempt-start", attempt: 1, model: "m/one:free", fallbacks: [] },
      { type: "reasoning-delta", text: "Void." },
    ];
    const last = [...brokenOff, ...thinking(answerEvents("It is 1."), "Now I know.")];
    const { answer, answers } = await look([thinking(reads("a.ts"), "I have to look."), last]);
    assert.equal(answers.length, 1);
    assert.equal(answer.reasoning, "I have to look.\n\nNow I know.");
    assert.ok((answer.reasoningMs ?? -1) >= 0);
  });

  test("keeps text and calls when a model breaks off in a later round", async () => {
    const start = (attempt: number, model: string) =>
      ({ type: "attempt-start", attempt, model, fallbacks: [] }) as const;
    const brokenOff: Script = [
      ...[start(1, "m/one:free"), { type: "text-delta", text: "It i" } as const, start(2, "m/two:free")],
      ...answerEvents("It is 1.", "m/two:free").slice(1),
    ];
    const { answers } = await look([reads("a.ts", { text: "Let me look." }), brokenOff]);
    assert.deepEqual(
      answers.map(({ text, status, calls }) => [text, status, calls?.length]),
      [
        ["Let me look.\n\nIt i", "interrupted", 1],
        ["Let me look.\n\nIt is 1.", "complete", 1],
      ],
    );
  });

  test("sends nothing of the calls with later questions", async () => {
    await using folder = await temporaryFolder();
    const router = new ScriptedRouter(reads("a.ts"), answerEvents("It is 1."), answerEvents("Yes."));
    const { sessions } = openWindow(folder.path, { router, lookCloser: scriptedTools(files).lookCloser });
    const session = await sessions.acquire("c1");
    for (const text of ["@project What is a?", "Sure?"]) {
      await ask(session, text);
      await session.idle();
    }
    assert.deepEqual(router.requests[2]?.messages.slice(1), [
      { role: "user", content: "What is a?" },
      { role: "assistant", content: "It is 1." },
      { role: "user", content: "Sure?" },
    ]);
    assert.equal(router.requests[2].tools, undefined);
    await sessions.close();
  });

  for (const [what, options] of [
    ["the user has not turned it on", { isOn: false }],
    ["the user allows no round", { rounds: 0 }],
    ["the question does not mention the project", { question: "What is a?" }],
  ] as const)
    test(`offers no tools if ${what}`, async () => {
      const { answer, requests } = await look([answerEvents("It is 1.")], options);
      assert.deepEqual([requests.map(usesTools), answer.requests, answer.text], [[false], undefined, "It is 1."]);
    });

  test("has no tools for the last request of the day, nor of the minute", async () => {
    const scripts = (): Script[] => [answerEvents("It may be 1.")];
    for (const quota of [{ remaining: 1 }, { minute: { used: 19, limit: 20, resetsAt: 0 } }]) {
      const { answer, requests } = await look(scripts(), { services: [service(quota)] });
      assert.deepEqual([requests.map(usesTools), answer.text], [[false], "It may be 1."]);
      assert.deepEqual(answer.notices, ["Answered without looking closer, because too few requests are left."]);
    }
  });

  test("says how many requests are left", async () => {
    const { answer } = await look([answerEvents("It is 1.")], { services: [service({ remaining: 31 })] });
    assert.deepEqual(answer.requests, { current: 1, most: 4, left: 31 });
  });

  test("stops looking when the user wants the answer now", async () => {
    let presses = 0;
    const silent: Script = [new Promise(() => undefined)];
    const { answer, requests } = await look([reads("a.ts"), silent, answerEvents("It is 1.")], {
      onCall: (session) => {
        presses += 1;
        session.answerNow();
      },
    });
    assert.equal(presses, 1);
    assert.deepEqual(requests.map(usesTools), [true, true, false]);
    assert.deepEqual(
      [answer.text, answer.requests, answer.notices],
      ["It is 1.", { current: 2, most: 4, isLast: true }, []],
    );
  });

  test("is stopped in the middle of a round, with its calls", async () => {
    const { answer } = await look([reads("a.ts"), [new Promise(() => undefined)]], {
      onCall: (session) => session.stop(),
    });
    assert.deepEqual([answer.status, answer.calls?.length], ["stopped", 1]);
  });
});

test("An answer that is asked for again does not look closer if the user has turned that off", async () => {
  await using folder = await temporaryFolder();
  const router = new ScriptedRouter(reads("a.ts"), answerEvents("It is 1."), answerEvents("It may be 1."));
  let rounds = 3;
  const lookCloser = { ...scriptedTools(files).lookCloser, rounds: () => rounds };
  const session = await openWindow(folder.path, { router, lookCloser }).sessions.acquire("c1");
  await ask(session, "@project What is a?");
  await session.idle();
  rounds = 0;
  await session.regenerate(session.conversation.state.turns[0]!.id, { another: false });
  await session.idle();
  const answer = session.conversation.state.turns[0]!.answers.at(-1);
  assert.deepEqual([answer?.text, answer?.requests, answer?.notices], ["It may be 1.", undefined, []]);
});

describe("A secret in a file that a model reads", () => {
  const secret = "ghp_" + "A1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q7r8";
  const secretFiles = { "a.ts": `const token = "${secret}";`, "b.ts": "let b = 2;" };
  const both = (): Script =>
    callEvents([
      ["read_lines", { path: "a.ts" }],
      ["read_lines", { path: "b.ts" }],
    ]);

  test("is held back together with its part, everywhere", async () => {
    const { answer, requests, asked } = await look([both(), answerEvents("It is 2.")], { files: secretFiles });
    assert.deepEqual(asked, [`a.ts:1: ${secret}`]);
    assert.doesNotMatch(textOf(requests[1]), /ghp_/);
    assert.match(textOf(requests[1]), /The user does not share this part.*let b = 2;/);
    assert.doesNotMatch(JSON.stringify(answer), /ghp_/);
    assert.deepEqual(answer.notices, ["Held back because of possible secrets: a.ts:1"]);
  });

  test("is replaced or sent if the user wants it, and asked about once", async () => {
    const scripts = (): Script[] => [both(), reads("c.ts"), answerEvents("It is 2.")];
    const replaced = await look(scripts(), { files: secretFiles, decide: () => "replace" });
    assert.match(textOf(replaced.requests[2]), /<SECRET_1>/);
    assert.doesNotMatch(textOf(replaced.requests[2]), /ghp_/);
    const sent = await look(scripts(), { files: secretFiles, decide: () => "send" });
    assert.match(textOf(sent.requests[2]), /ghp_/);
    assert.equal(sent.asked.length, 1);
  });

  test("can be decided on after the wish for the answer, which gets no further calls", async () => {
    await using folder = await temporaryFolder();
    const router = new ScriptedRouter(both(), answerEvents("It is 2."));
    const { lookCloser } = scriptedTools(secretFiles);
    const { check } = scriptedSecretsCheck(() => {
      session.answerNow();
      return "replace";
    });
    const session = await openWindow(folder.path, { router, lookCloser, secrets: check }).sessions.acquire("c1");
    await ask(session, "@project What is b?");
    await session.idle();
    assert.deepEqual(router.requests.map(usesTools), [true, false]);
    assert.equal(session.conversation.state.turns[0]?.answers[0]?.text, "It is 2.");
  });

  test("ends the answer if the user cancels", async () => {
    const { answer, requests } = await look([both()], { files: secretFiles, decide: () => "cancel" });
    assert.deepEqual([requests.length, answer.status, answer.notices], [1, "stopped", ["Nothing was sent."]]);
  });
});

test("Whatever models call, the limit holds, and there is an answer", async () => {
  const path = fc.constantFrom("a.ts", "b.ts", "../x", "/etc/passwd", "broken.ts", "");
  const call = fc.oneof(
    fc.record({ path }, { noNullPrototype: true }).map((parameters) => ["read_lines", parameters] as const),
    fc.tuple(fc.constantFrom("read_lines", "rm", "__proto__"), fc.jsonValue()),
  );
  const calls = fc.array(call, { minLength: 1, maxLength: 30 }).map((each): Script => callEvents(each));
  const failure = fc
    .constantFrom("bad-tool-call", "capability-missing", "context-too-long", "no-candidate", "bad-request")
    .map((reason): Script => [new RouterError(reason, "x")]);
  const reply = fc.oneof({ weight: 4, arbitrary: calls }, { weight: 1, arbitrary: failure });
  await fc.assert(
    fc.asyncProperty(fc.array(reply, { maxLength: 12 }), fc.integer({ min: 1, max: 8 }), async (replies, rounds) => {
      const router = new EndlessRouter(replies);
      const { answer, requests } = await lookWith(router, rounds);
      assert.equal(answer.status, "complete");
      assert.equal(answer.text, "The answer.");
      assert.ok(requests.filter(usesTools).length <= rounds);
      assert.ok((answer.calls?.length ?? 0) <= 12 * rounds);
      assert.ok((answer.requests?.current ?? 0) <= rounds + 1);
    }),
    { numRuns: 60 },
  );
});

/** Plays the replies for requests with tools, and answers those without. */
class EndlessRouter extends ScriptedRouter {
  readonly #replies: Script[];

  constructor(replies: readonly Script[]) {
    super();
    this.#replies = [...replies];
  }

  override async *complete(request: CompletionRequest): ReturnType<ScriptedRouter["complete"]> {
    this.requests.push(request);
    const script = usesTools(request) ? this.#replies.shift() : undefined;
    for (const step of script ?? answerEvents("The answer.")) {
      if (step instanceof RouterError) throw step;
      if (!(step instanceof Promise)) yield step;
    }
    await Promise.resolve();
  }
}

async function lookWith(router: ScriptedRouter, rounds: number) {
  await using folder = await temporaryFolder();
  const { lookCloser } = scriptedTools(files, { rounds });
  const { sessions } = openWindow(folder.path, { router, lookCloser });
  const session = await sessions.acquire("c1");
  await ask(session, "@project What is a?");
  await session.idle();
  const answer = session.conversation.state.turns[0]?.answers.at(-1);
  assert.ok(answer);
  await sessions.close();
  return { answer, requests: router.requests };
}

function service(quota: Partial<Quota>): ServiceState {
  const minute = { used: 0, limit: 20, resetsAt: 0 };
  return {
    ...{ id: "openrouter", kind: "openrouter", name: "OpenRouter", place: "remote", baseUrl: "x", modelCount: 9 },
    quota: { used: 0, limit: 50, remaining: 31, resetsAt: 0, exhausted: false, minute, ...quota },
  };
}
