import assert from "node:assert/strict";
import { cp, readFile } from "node:fs/promises";
import path from "node:path";
import { describe, test } from "node:test";
import { shownBranch } from "../../../../src/chat/conversation/branch";
import { ConversationStore } from "../../../../src/chat/storage/conversationStore";
import { extractKey, isCompleteKey } from "../../../../src/config/keyFormat";
import { createRouterStorage } from "../../../../src/config/routerStorage";
import { Settings } from "../../../../src/config/settings";
import { settings as settingIds } from "../../../../src/manifest";
import { createRouter } from "../../../../src/router/index";
import { silentLog } from "../../../../src/router/log";
import { fakeConfiguration } from "../../../support/fakeConfiguration";
import { projectRoot } from "../../../support/projectRoot";
import { temporaryFolder } from "../../../support/temporaryFolder";
import { openWindow, shownTurns } from "../chatHarness";
import { releasedChat, start } from "./releasedChat";

/** Written by version 0.1.0 itself; never change these files. */
const frozen = path.join(projectRoot, "test/data/profile-0.1.0");

/** A copy of the frozen profile. */
async function copyProfile() {
  const folder = await temporaryFolder();
  await cp(frozen, folder.path, { recursive: true });
  const conversations = path.join(folder.path, "globalStorage", "conversations");
  return {
    conversations,
    router: path.join(folder.path, "globalStorage", "router"),
    store: new ConversationStore({ folder: conversations, log: silentLog, isAlive: () => false }),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

const png = "iVBORw0KGgoAAAANSUhEUgAAAAMAAAACCAIAAAASFvFNAAAAFUlEQVR4nGP4z8DAwMDAxAAG8AYACAMBBZJZcQAAAABJRU5ErkJggg==";

describe("A profile of version 0.1.0", () => {
  test("has a chat with every kind of attachment, answer, and failure", async () => {
    await using profile = await copyProfile();
    const { conversation, images } = await profile.store.readWithImages("chat-whole");
    assert.deepEqual(conversation, releasedChat);
    assert.equal(images.get("whole-8")?.data, png);
  });

  test("has its chats in the list and in the trash", async () => {
    await using profile = await copyProfile();
    const { store } = profile;
    const branches = {
      ...{ id: "chat-branches", title: "One?", updatedAt: 1_795_773_724_900, pinned: false, turns: 3 },
    };
    const killed = { id: "chat-killed", title: "Done?", updatedAt: 1_795_780_927_100, pinned: false, turns: 2 };
    const pinned = { id: "chat-whole", title: "The basket", updatedAt: 1_795_770_122_100, pinned: true, turns: 2 };
    const deleted = {
      ...{ id: "chat-deleted", title: "Was this deleted?", updatedAt: 1_795_777_325_500, pinned: false, turns: 1 },
    };
    assert.deepEqual(await store.list(), [pinned, killed, branches]);
    assert.deepEqual(await store.listDeleted(), [deleted]);
    await store.restore(["chat-deleted"]);
    assert.deepEqual(await store.list(), [pinned, killed, deleted, branches]);
    const { conversation, images } = await store.readWithImages("chat-deleted");
    assert.equal(conversation.turns[0]?.answers[0]?.text, "It was.");
    assert.equal(images.get("trash-1")?.data, png);
  });

  test("has the branches of a chat, without a deleted turn", async () => {
    await using profile = await copyProfile();
    const { conversation, damagedBytes } = await profile.store.file("chat-branches").open(start);
    assert.deepEqual([conversation.title, conversation.pinned, damagedBytes], [null, false, 0]);
    assert.deepEqual(
      conversation.turns.map(({ id, after, question, answers }) => [id, after, question.text, answers[0]?.text]),
      [
        ["branch-1", undefined, "One?", "One."],
        ["branch-3", "branch-2", "Two?", "Two."],
        ["branch-5", "branch-2", "Deux?", "Deux."],
      ],
    );
    assert.deepEqual(
      shownBranch(conversation).map(({ turn, versions }) => [turn.id, versions]),
      [
        ["branch-1", ["branch-1"]],
        ["branch-3", ["branch-3", "branch-5"]],
      ],
    );
  });

  test("has the draft and the queued questions of a killed window, and its interrupted answer", async () => {
    await using profile = await copyProfile();
    const terminal = { id: "killed-5", kind: "terminal", label: "zsh", text: "exit 1" };
    const image = { id: "killed-8", kind: "image", label: "draft.png", mediaType: "image/png" } as const;
    const notes = {
      ...{ id: "killed-9", kind: "file", label: "notes.md", text: "# Notes" },
      ...{ languageId: "markdown", uri: "file:///w/notes.md" },
    };
    const withoutInstructions = ["file:///w/AGENTS.md", "file:///w/.github/copilot-instructions.md"];
    assert.deepEqual(await profile.store.file("chat-killed").loadDraft(), {
      text: "Half a th",
      attachments: [image, notes],
      queued: [
        { id: "killed-6", text: "Queued first?", attachments: [terminal] },
        { id: "killed-7", text: "Queued second?", attachments: [] },
      ],
      withoutInstructions,
      revision: 9,
    });

    const session = await openWindow(profile.conversations).sessions.acquire("chat-killed");
    assert.deepEqual(shownTurns(session), [
      ["Done?", "Done.", "complete"],
      ["Half?", "Half an ans", "interrupted"],
    ]);
    assert.equal(session.conversation.state.turns[1]?.answers[0]?.reasoning, "Let me see.");
    assert.deepEqual(session.conversation.draft.content, {
      text: "Queued first?\n\nQueued second?\n\nHalf a th",
      attachments: [terminal, image, notes],
      queued: [],
      withoutInstructions,
      revision: 10,
    });
    assert.equal((await session.conversation.file.readImage(image))?.data, png);
    await session.close();
  });

  test("has the router's catalog, statistics, cooldowns, and limits", async () => {
    await using profile = await copyProfile();
    const now = start + 250_000;
    const router = createRouter({
      apiKey: () => Promise.resolve("sk-or-v1-frozen"),
      fetch: () => Promise.reject(new TypeError("fetch failed")),
      now: () => now,
      storage: createRouterStorage(profile.router, silentLog),
    });
    const [gemma, laguna, glm] = [
      "google/gemma-4-31b-it:free",
      "poolside/laguna-s-2.1:free",
      "z-ai/glm-5.2:free",
    ] as const;
    assert.deepEqual((await router.freeModels()).map(({ id }) => id).sort(), [gemma, laguna, glm]);
    assert.deepEqual(
      router
        .statistics()
        // The success rate decays with time; it follows from `recent`.
        .map((each) => ({ ...each, successRate: undefined }))
        .sort((a, b) => a.model.localeCompare(b.model)),
      [
        {
          model: gemma,
          successRate: undefined,
          attempts: 2,
          successes: 1,
          timeToFirstTextMs: 1_200,
          tokensPerSecond: 30,
          lastUsedAt: start + 240_000,
          lastFailure: { reason: "outrun", at: start + 240_000 },
          restingUntil: start + 540_000,
          recent: [
            { at: start + 180_000, ok: true, timeToFirstTextMs: 1_200, tokensPerSecond: 30 },
            { at: start + 240_000, ok: false },
          ],
        },
        {
          model: laguna,
          successRate: undefined,
          attempts: 2,
          successes: 2,
          timeToFirstTextMs: 800,
          tokensPerSecond: 60,
          lastUsedAt: start + 60_000,
          recent: [
            { at: start, ok: true, timeToFirstTextMs: 800, tokensPerSecond: 60 },
            { at: start + 60_000, ok: true },
          ],
        },
        {
          model: glm,
          successRate: undefined,
          attempts: 1,
          successes: 0,
          lastUsedAt: start + 120_000,
          lastFailure: { reason: "rate-limit-model", at: start + 120_000 },
          restingUntil: start + 360_000,
          recent: [{ at: start + 120_000, ok: false }],
        },
      ],
    );
    const { pool, excluded } = await router.explain({ messages: [{ role: "user", content: "Hi?" }] });
    assert.deepEqual(
      [pool.map(({ id }) => id), excluded.map(({ model, rule }) => [model.id, rule]).sort()],
      [
        [laguna],
        [
          [gemma, "resting"],
          [glm, "resting"],
        ],
      ],
    );
    assert.deepEqual(await router.quota(), {
      used: 50,
      limit: 50,
      remaining: 0,
      resetsAt: Date.UTC(2026, 10, 28),
      exhausted: true,
      minute: { used: 10, limit: 10, resetsAt: start + 273_000 },
    });
  });

  test("has the values of all settings", async () => {
    const user = JSON.parse(await readFile(path.join(frozen, "settings.json"), "utf8")) as Record<string, unknown>;
    const current: readonly string[] = Object.values(settingIds);
    assert.deepEqual(
      Object.keys(user).filter((id) => !current.includes(id)),
      [],
      "removed settings",
    );
    const settings = new Settings(fakeConfiguration(user));
    assert.deepEqual(settings.router, {
      baseUrl: "https://gateway.example/api/v1",
      strategy: "pinned",
      pinnedModel: "z-ai/glm-5.2:free",
      fallbacks: ["google/gemma-4-31b-it:free", "poolside/laguna-s-2.1:free"],
      exclude: ["poolside/laguna-xs-2.1:free"],
      includePreviewModels: true,
      dataCollection: "deny",
      serverFallbacks: false,
      maxAttempts: 6,
      firstContentMs: 45_000,
      betweenContentsMs: 15_000,
      hedgeAfterMs: 8_000,
      requestsPerMinute: 12,
      services: [],
      serviceOrder: "openrouter-first",
    });
    assert.equal(settings.transport, "undici");
    assert.equal(settings.instructions, "Answer in one sentence.");
    assert.equal(settings.usesProjectInstructions, false);
    assert.ok(isCompleteKey(extractKey(String(user["freeModels.apiKey"]))), "the key can move to the secret storage");
  });
});
