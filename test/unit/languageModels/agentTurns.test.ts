import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { AgentTurns, turnKey } from "../../../src/languageModels/agentTurns";
import type { ChatMessage } from "../../../src/languageModels/chatMessage";

const asked = (text: string): ChatMessage => ({ role: "user", parts: [{ type: "text", text }] });
const answered: ChatMessage = { role: "user", parts: [{ type: "tool-result", id: "1", parts: [] }] };

describe("The turn of a request", () => {
  const options = { _conversationId: "c", _telemetryTurn: 1 };
  const request = { requester: "some.extension", options: {}, messages: [asked("Fix it.")] };

  test("is the same for all rounds of a question", () => {
    assert.equal(turnKey(request), turnKey({ ...request, messages: [asked("Fix it."), answered] }));
    const ofChat = { ...request, options };
    assert.equal(turnKey(ofChat), turnKey({ ...ofChat, messages: [asked("compacted"), answered] }));
  });

  test("differs by question, conversation and requester", () => {
    const keys = [
      request,
      { ...request, messages: [asked("Fix it."), asked("Now the other.")] },
      { ...request, requester: "another.extension" },
      { ...request, options },
      { ...request, options: { ...options, _telemetryTurn: 2 } },
      { ...request, options: { ...options, _conversationId: "d" } },
    ].map(turnKey);
    assert.equal(new Set(keys).size, keys.length);
  });

  test("falls back to the question if VS Code numbers no turns", () => {
    const numberless = { ...request, options: { _conversationId: "c" } };
    assert.notEqual(turnKey(numberless), turnKey({ ...numberless, messages: [asked("Another.")] }));
  });
});

describe("The requests of a turn", () => {
  test("are counted by turn, and the user can allow as many again", () => {
    const turns = new AgentTurns(() => 3);
    turns.count("a", 2);
    turns.count("b", 1);
    assert.deepEqual(turns.get("a"), { key: "a", requests: 2, allowed: 3 });
    turns.count("a", 2);
    assert.deepEqual(turns.allowMore("a"), { key: "a", requests: 4, allowed: 7 });
    assert.deepEqual(turns.get("b"), { key: "b", requests: 1, allowed: 3 });
  });

  test("are remembered for the latest turns only", () => {
    const turns = new AgentTurns(() => 12);
    for (let index = 0; index <= 100; index++) turns.count(`turn ${index}`, 5);
    assert.equal(turns.get("turn 0").requests, 0);
    assert.equal(turns.get("turn 1").requests, 5);
  });
});
