import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ProjectRounds, type RoundsEvent } from "../../../../src/chat/session/projectRounds";
import { exchangeMessages, messagesWithResults } from "../../../../src/chat/session/toolExchange";
import { Emitter } from "../../../../src/lifecycle";
import { asChecked } from "../../../support/scriptedSecretsCheck";
import { textAnswer, toolCalls } from "../../../support/scriptedAnswers";
import { hello, startHarness, type WireHarness } from "../../router/wireHarness";
import { scriptedTools } from "./lookHarness";

/** Looks into the project with the real router. */
async function look({ router, clock }: WireHarness) {
  const { lookCloser, read } = scriptedTools({ "a.ts": "let a = 1;" });
  let ids = 0;
  const rounds = new ProjectRounds(
    {
      sent: {
        follow: (exchanges, tools) =>
          Promise.resolve({
            request: asChecked({
              ...(tools && { tools }),
              messages: tools
                ? [...hello.messages, ...exchangeMessages(exchanges)]
                : messagesWithResults(hello.messages, exchanges),
            }),
            ...{ exchanges, heldBack: [] },
          }),
      },
      ...{ tools: await lookCloser.tools(), limit: 2, signal: new AbortController().signal },
      ...{ onAskAnother: new Emitter<void>().event, answerNow: new AbortController().signal },
    },
    { router, now: clock.now, newId: () => `k${(ids += 1)}` },
  );
  const events: RoundsEvent[] = [];
  for await (const event of rounds.events()) events.push(event);
  const end = events.at(-1);
  return {
    read,
    text: events.map((event) => (event.type === "text-delta" ? event.text : "")).join(""),
    failed: events.flatMap((event) => (event.type === "attempt-fail" ? event.reason : [])),
    attempts: end?.type === "completion-end" ? end.attempts : undefined,
  };
}

const broken = { text: "", finishReason: "tool_calls", toolCalls: [{ id: "c", name: "read_lines", arguments: "{" }] };

describe("Looking into the project over the wire", () => {
  test("sends calls and results as the service wants them, and the last request without tools", async () => {
    await using wire = await startHarness();
    wire.simulator.script(
      { answer: toolCalls(["read_lines", { path: "a.ts" }], ["read_lines", { path: "b.ts" }]) },
      { answer: toolCalls(["read_lines", { path: "c.ts" }]) },
      { answer: textAnswer("It is 1.") },
    );
    const { read, text, attempts } = await look(wire);
    assert.deepEqual([read, text, attempts], [["a.ts", "b.ts", "c.ts"], "It is 1.", 3]);
    const [first, second, last] = wire.bodies();
    assert.deepEqual(first?.["tools"], second?.["tools"]);
    assert.deepEqual(
      second?.messages.map(({ role }) => role),
      ["user", "assistant", "tool", "tool"],
    );
    assert.equal(last?.["tools"], undefined);
    assert.deepEqual(
      last?.messages.map(({ role }) => role),
      ["user"],
    );
    assert.match(JSON.stringify(last.messages), /let a = 1;/);
  });

  test("asks other models when calls are broken, counts that apart, and answers when all break them", async () => {
    await using wire = await startHarness();
    wire.simulator.script(
      { answer: broken },
      { answer: toolCalls(["format_disk", {}]) },
      { answer: broken },
      { answer: broken },
      { answer: textAnswer("It may be 1.") },
    );
    const { read, text, failed, attempts } = await look(wire);
    assert.deepEqual(failed, Array(4).fill("bad-tool-call"));
    assert.deepEqual([read, text, attempts], [[], "It may be 1.", 5]);
  });
});
