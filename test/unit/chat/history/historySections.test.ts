import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { historySections } from "../../../../src/chat/history/historySections";
import type { ConversationEntry } from "../../../../src/chat/storage/conversationIndex";

const now = new Date(2026, 7, 22, 15).getTime();

/** A chat with its last activity this many hours ago. */
const chat = (hours: number, pinned = false): ConversationEntry => ({
  id: `${hours}`,
  title: "",
  updatedAt: now - hours * 3_600_000,
  pinned,
  turns: 1,
});

describe("historySections", () => {
  test("groups pinned chats first, then by age", () => {
    const sections = historySections([chat(900, true), chat(1), chat(20), chat(100), chat(300), chat(2000)], now);
    assert.deepEqual(
      sections.map(({ title, entries }) => [title, ...entries.map(({ id }) => id)]),
      [
        ["pinned", "900"],
        ["today", "1"],
        ["yesterday", "20"],
        ["last 7 days", "100"],
        ["last 30 days", "300"],
        ["older", "2000"],
      ],
    );
  });

  test("omits empty groups and keeps the order of the others", () => {
    assert.deepEqual(
      historySections([chat(2), chat(1)], now).map(({ title, entries }) => [title, ...entries.map(({ id }) => id)]),
      [["today", "2", "1"]],
    );
  });
});
