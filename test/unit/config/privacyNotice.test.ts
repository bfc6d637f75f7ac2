import assert from "node:assert/strict";
import { describe, test } from "node:test";
import type { KeySource } from "../../../src/config/apiKey";
import { PrivacyNotice } from "../../../src/config/privacyNotice";
import { isRouterError, type RouterEvent } from "../../../src/router/index";
import { answerEvents, ScriptedRouter } from "../../support/scriptedRouter";

/** A guarded router for a user who consents or not. Counts notices and requests. */
function createGuardedRouter({ source, consent = true }: { source: KeySource | undefined; consent?: boolean }) {
  let noticeCount = 0;
  let isAcknowledged = false;
  const router = new ScriptedRouter(answerEvents("One."), answerEvents("Two."));
  const notice = new PrivacyNotice({
    apiKey: { source: () => Promise.resolve(source) },
    acknowledged: { get: () => isAcknowledged, set: () => (isAcknowledged = true) },
    ask: () => {
      noticeCount += 1;
      return Promise.resolve(consent);
    },
  });
  const guardedRouter = notice.guard(router);
  const complete = async (): Promise<RouterEvent[]> => {
    const events: RouterEvent[] = [];
    for await (const event of guardedRouter.complete({ messages: [{ role: "user", content: "Hi?" }] }))
      events.push(event);
    return events;
  };
  return { notice, complete, counts: () => [noticeCount, router.requests.length] };
}

describe("PrivacyNotice", () => {
  test("is shown once before the first question with a key from the environment", async () => {
    const { complete, counts } = createGuardedRouter({ source: "environment" });
    await Promise.all([complete(), complete()]);
    assert.deepEqual(counts(), [1, 2]);
  });

  test("blocks the question if the user declines, and is shown again", async () => {
    const { complete, counts } = createGuardedRouter({ source: "environment", consent: false });
    const isAborted = (error: unknown): boolean => isRouterError(error) && error.reason === "aborted";
    await assert.rejects(complete, isAborted);
    await assert.rejects(complete, isAborted);
    assert.deepEqual(counts(), [2, 0]);
  });

  test("is not shown again if the chat page has shown it", async () => {
    const { notice, complete, counts } = createGuardedRouter({ source: "environment" });
    notice.markRead();
    await complete();
    assert.deepEqual(counts(), [0, 1]);
  });

  for (const source of ["secret storage", undefined] as const)
    test(`is not shown with ${source === undefined ? "no key" : "a saved key"}, since setting up a key shows it`, async () => {
      const { complete, counts } = createGuardedRouter({ source });
      await complete();
      assert.deepEqual(counts(), [0, 1]);
    });
});
