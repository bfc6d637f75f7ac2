import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { KeySource } from "../../../src/config/apiKey";
import { PrivacyNotice } from "../../../src/config/privacyNotice";
import { isRouterError, type RouterEvent } from "../../../src/router/index";
import { answerEvents, ScriptedRouter } from "../../support/scriptedRouter";

/** A guarded router whose user says `consent`, and all that was said and sent. */
function guarded({ source, consent = true }: { source: KeySource | undefined; consent?: boolean }) {
  let said = 0;
  let known = false;
  const router = new ScriptedRouter(answerEvents("One."), answerEvents("Two."));
  const word = new PrivacyNotice({
    apiKey: { source: () => Promise.resolve(source) },
    memory: { get: () => known, set: () => (known = true) },
    say: () => {
      said += 1;
      return Promise.resolve(consent);
    },
  });
  const guard = word.guard(router);
  const ask = async (): Promise<RouterEvent[]> => {
    const events: RouterEvent[] = [];
    for await (const event of guard.complete({ messages: [{ role: "user", content: "Hi?" }] })) events.push(event);
    return events;
  };
  return { word, ask, said: () => said, sent: () => router.requests.length };
}

describe("The word about privacy", () => {
  it("is said once before the first question with a key from the environment", async () => {
    const { ask, said, sent } = guarded({ source: "environment" });
    await Promise.all([ask(), ask()]);
    assert.deepEqual([said(), sent()], [1, 2]);
  });

  it("holds the question back where the user does not want to, and is said again", async () => {
    const { ask, said, sent } = guarded({ source: "environment", consent: false });
    const stopped = (error: unknown): boolean => isRouterError(error) && error.reason === "aborted";
    await assert.rejects(ask, stopped);
    await assert.rejects(ask, stopped);
    assert.deepEqual([said(), sent()], [2, 0]);
  });

  it("was read where it stood on the page that the question was asked from", async () => {
    const { word, ask, said, sent } = guarded({ source: "environment" });
    word.wasRead();
    await ask();
    assert.deepEqual([said(), sent()], [0, 1]);
  });

  for (const source of ["secret storage", undefined] as const)
    it(`is not said with ${source === undefined ? "no key" : "a key that was stored"}: the way there says it`, async () => {
      const { ask, said, sent } = guarded({ source });
      await ask();
      assert.deepEqual([said(), sent()], [0, 1]);
    });
});
