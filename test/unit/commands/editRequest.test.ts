import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { codeBlocks } from "../../../src/proposals/codeBlocks";
import { editRequest, type EditRequestOptions } from "../../../src/commands/editRequest";

const question: EditRequestOptions = {
  lines: Array.from({ length: 300 }, (_, index) => `line ${index + 1}`),
  place: { start: 149, end: 151 },
  surroundings: "line 149\n⋯ lines 150-151 (shown above) ⋯\nline 152",
  instruction: "Make it shorter",
  file: "src/a.ts",
  languageId: "typescript",
  instructions: "",
  workspaceInstructions: "",
};

function asked(changes: Partial<EditRequestOptions> = {}): { system: string; user: string } {
  const [system, user] = editRequest({ ...question, ...changes }).messages.map(({ content }) => content);
  assert.ok(typeof system === "string" && typeof user === "string");
  return { system, user };
}

describe("editRequest", () => {
  test("contains the part, then the surrounding code, then the instruction", () => {
    const { user } = asked();
    assert.deepEqual(
      codeBlocks(user).map(({ text }) => text),
      ["line 150\nline 151", question.surroundings],
    );
    assert.match(user, /^The part of src\/a\.ts to edit:[\s\S]*The instruction:\nMake it shorter\n/);
  });

  test("omits the surrounding code if there is none", () => {
    const { user } = asked({ surroundings: undefined });
    assert.equal(codeBlocks(user).length, 1);
    assert.doesNotMatch(user, /orientation/);
  });

  test("uses longer fences for code that contains fences", () => {
    const { user } = asked({ lines: ["```ts", "a", "```"], place: { start: 0, end: 3 }, languageId: "markdown" });
    assert.deepEqual(codeBlocks(user)[0], { language: "markdown", text: "```ts\na\n```", closed: true });
  });

  test("contains the user's instructions and no parameter that would shrink the candidate pool", () => {
    assert.match(asked({ instructions: "I use tabs." }).system, /I use tabs\.$/);
    assert.deepEqual(Object.keys(editRequest(question)), ["messages"]);
  });

  test("calls the instructions of a workspace the workspace's, before the user's", () => {
    const { system } = asked({ instructions: "I use tabs.", workspaceInstructions: "Use spaces." });
    assert.match(system, /\n\nThe workspace's instructions:\nUse spaces\.\n\nThe user's instructions:\nI use tabs\.$/);
    assert.doesNotMatch(asked({ workspaceInstructions: "Use spaces." }).system, /user's/);
  });
});
