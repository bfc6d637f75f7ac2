import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { askForFindings, type Answers } from "../../../src/review/askForFindings";
import { languageName } from "../../../src/review/reviewRequest";
import { RouterError } from "../../../src/router/index";
import { asChecked } from "../../support/scriptedSecretsCheck";
import { answerEvents, ScriptedRouter } from "../../support/scriptedRouter";

const finding = { file: "a.ts", line: 1, quote: "go();", severity: "low", title: "Goes", why: "Why." };
const answer = JSON.stringify({ findings: [finding] });
const requests = ["one", "two", "three"].map((content) => asChecked({ messages: [{ role: "user", content }] }));

async function ask(
  router: ScriptedRouter,
  signal = new AbortController().signal,
): Promise<Answers & { progress: string[] }> {
  const progress: string[] = [];
  const answers = await askForFindings(requests, {
    ...{ router, signal },
    onProgress: async (each) => {
      await Promise.resolve();
      progress.push(`${each.index} ${"model" in each ? each.model : each.until}`);
    },
    onNotice: ({ notice }) => progress.push(notice),
  });
  return { ...answers, progress };
}

describe("Asking for findings", () => {
  test("sends one request after the other and keeps who answered", async () => {
    const router = new ScriptedRouter(
      answerEvents(answer),
      answerEvents('{"findings":[]}'),
      answerEvents(answer, "m/two"),
    );
    const { findings, answered, stopped, progress } = await ask(router);
    assert.deepEqual([answered, stopped], [3, undefined]);
    assert.deepEqual(findings, [
      { ...finding, model: "m/one:free" },
      { ...finding, model: "m/two" },
    ]);
    assert.deepEqual([...new Set(progress)], ["0 m/one:free", "1 m/one:free", "2 m/two"]);
  });

  test("discards what a failed attempt wrote, and passes on waits and notices", async () => {
    const { findings, progress } = await ask(
      new ScriptedRouter([
        { type: "wait", until: 7, reason: "minute-limit" },
        { type: "notice", notice: "charged", model: "m/one:free", message: "It cost." },
        { type: "attempt-start", attempt: 1, model: "m/zero", fallbacks: [] },
        { type: "text-delta", text: '{"findings": [{' },
        ...answerEvents(answer),
      ]),
    );
    assert.equal(findings.length, 1);
    assert.deepEqual(progress.slice(0, 3), ["0 7", "charged", "0 m/zero"]);
  });

  test("keeps the findings until a failure", async () => {
    const error = new RouterError("rate-limit-day", "Used up.");
    const router = new ScriptedRouter(answerEvents(answer), [error]);
    const { findings, answered, stopped } = await ask(router);
    assert.deepEqual([findings.length, answered, stopped, router.requests.length], [1, 1, { error }, 2]);
  });

  test("keeps the findings until the user stops it", async () => {
    const stop = new AbortController();
    const router = new ScriptedRouter(answerEvents(answer), [new Promise(() => undefined)]);
    const running = ask(router, stop.signal);
    while (router.requests.length < 2) await Promise.resolve();
    stop.abort();
    const { findings, stopped } = await running;
    assert.deepEqual([findings.length, stopped], [1, "by-user"]);
  });

  test("names the language of VS Code in English", () => {
    assert.deepEqual(["de", "pt-br", "zh-cn", "en", "??"].map(languageName), [
      ...["German", "Portuguese", "Chinese", "English", "English"],
    ]);
  });
});
