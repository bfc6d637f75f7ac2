import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { UnknownPlaceholderError, writeAnswer } from "../../../src/languageModels/answerParts";
import { modelSlug, type Completion, type RouterEvent } from "../../../src/router/index";
import { recordedSink } from "./recordedSink";

const now = 1_000_000;

const started = (model: string): RouterEvent => ({ type: "attempt-start", attempt: 1, model, fallbacks: [] });
const text = (value: string): RouterEvent => ({ type: "text-delta", text: value });
const failed = (model: string): RouterEvent => ({
  type: "attempt-fail",
  attempt: 1,
  model,
  reason: "interrupted",
  message: "The answer was cut off.",
});
const call = (id: string, input: unknown): RouterEvent => ({ type: "tool-call", id, name: "edit", arguments: input });
const ended = (fields: Partial<Completion> = {}): RouterEvent => ({
  ...{ type: "completion-end", model: "m/two:free", finishReason: "stop", attempts: 1, passedOver: [], durationMs: 1 },
  ...fields,
});

async function* play(events: readonly RouterEvent[]): AsyncGenerator<RouterEvent> {
  for (const event of events) yield await Promise.resolve(event);
}

async function write(...events: RouterEvent[]) {
  const { sink, parts } = recordedSink();
  const notices: string[] = [];
  const secrets: Record<string, string> = { "<SECRET_1>": "hunter2" };
  const restore = async (value: string): Promise<string> =>
    (await Promise.resolve(value)).replace(/<SECRET_\d>/g, (each) => {
      const secret = secrets[each];
      if (secret === undefined) throw new UnknownPlaceholderError(`${each} is not known.`);
      return secret;
    });
  const options = {
    sink,
    restore,
    modelName: (id: string) => Promise.resolve(modelSlug(id)),
    onNotice: ({ notice }: { notice: string }) => void notices.push(notice),
  };
  const outcome = await writeAnswer(play(events), options, () => now).catch((error: unknown) => error);
  return { parts, notices, outcome };
}

describe("An answer in VS Code's chat", () => {
  test("streams its text, then its tool calls and usage", async () => {
    const usage = { promptTokens: 10, completionTokens: 5 };
    const { parts, outcome } = await write(
      started("m/one:free"),
      { type: "reasoning-delta", text: "Hm." },
      text("I "),
      text("edit."),
      call("1", { path: "a.ts" }),
      ended({ finishReason: "tool_calls", usage }),
    );
    assert.deepEqual(parts, ["reasoning Hm.", "text I ", "text edit.", 'call 1 {"path":"a.ts"}', "usage 10 5"]);
    assert.equal((outcome as Completion).finishReason, "tool_calls");
  });

  test("shows nothing of a failure before the first text", async () => {
    const { parts } = await write(
      started("m/one:free"),
      failed("m/one:free"),
      started("m/two:free"),
      text("Yes."),
      ended(),
    );
    assert.deepEqual(parts, ["text Yes."]);
  });

  test("goes on with the next model on a new line if one breaks off", async () => {
    const { parts } = await write(
      started("m/one:free"),
      text("Half an"),
      failed("m/one:free"),
      started("m/two:free"),
      text("A whole answer."),
      ended(),
    );
    assert.deepEqual(parts, [
      "text Half an",
      "text \n\n_Free Models: one broke off. two answers from the start:_\n\n",
      "text A whole answer.",
    ]);
  });

  test("leaves the code block in which a model broke off", async () => {
    const { parts } = await write(
      started("m/one:free"),
      text("```ts\nconst a"),
      failed("m/one:free"),
      started("m/two:free"),
      text("Yes."),
      ended(),
    );
    assert.equal(parts[1], "text \n```\n\n_Free Models: one broke off. two answers from the start:_\n\n");
  });

  test("puts secrets back into text and arguments", async () => {
    const { parts } = await write(
      started("m/one:free"),
      text("Use <SEC"),
      text("RET_1>, "),
      text("not <SECRET_2>,"),
      text(" or <S"),
      call("1", { edits: [{ text: "password = '<SECRET_1>'", line: 3 }], path: null }),
      ended(),
    );
    assert.deepEqual(parts, [
      "text Use ",
      "text hunter2, ",
      "text not <SECRET_2>,",
      "text  or ",
      "text <S",
      `call 1 {"edits":[{"text":"password = 'hunter2'","line":3}],"path":null}`,
    ]);
  });

  test("makes no call at all if one of them contains an unknown placeholder", async () => {
    const { parts, outcome } = await write(
      started("m/one:free"),
      call("1", { text: "harmless" }),
      call("2", { text: "<SECRET_7>" }),
      ended({ finishReason: "tool_calls" }),
    );
    assert.deepEqual(parts, []);
    assert.ok(outcome instanceof UnknownPlaceholderError);
  });

  test("says when it was cut off", async () => {
    const { parts } = await write(started("m/one:free"), text("```\na"), ended({ finishReason: "length" }));
    assert.deepEqual(parts, [
      "text ```\na",
      "text \n```\n\n_Free Models: The answer was cut off because it is too long._",
    ]);
  });

  test("tells of long waits, passes notices on, and keeps reasoning details", async () => {
    const { parts, notices } = await write(
      { type: "wait", until: now + 1_000, reason: "resting" },
      { type: "wait", until: now + 40_000, reason: "resting" },
      { type: "notice", notice: "truncated", model: "m/one:free", message: "Part was left out." },
      started("m/one:free"),
      text("Yes."),
      ended({ reasoningDetails: [{ id: 1 }] }),
    );
    assert.match(parts[0] ?? "", /^reasoning All free models that fit are busy\. Trying again at .+\.\n$/);
    assert.deepEqual(parts.slice(1), ["text Yes.", 'details {"model":"m/two:free","details":[{"id":1}]}']);
    assert.deepEqual(notices, ["truncated"]);
  });
});
