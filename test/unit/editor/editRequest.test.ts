import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { codeBlocks } from "../../../src/edit/codeBlocks";
import { editRequest, type EditQuestion } from "../../../src/editor/editRequest";

const question: EditQuestion = {
  lines: Array.from({ length: 300 }, (_, index) => `line ${index + 1}`),
  place: { start: 149, end: 151 },
  instruction: "Make it shorter",
  file: "src/a.ts",
  languageId: "typescript",
  instructions: "",
};

function asked(changes: Partial<EditQuestion> = {}): { system: string; user: string } {
  const [system, user] = editRequest({ ...question, ...changes }).messages.map(({ content }) => content);
  assert.ok(typeof system === "string" && typeof user === "string");
  return { system, user };
}

describe("The request for an edit", () => {
  it("has the part first, then sixty lines before it and sixty after it, then the instruction", () => {
    const { user } = asked();
    const lines = (first: number, last: number): string => question.lines.slice(first - 1, last).join("\n");
    assert.deepEqual(
      codeBlocks(user).map(({ text }) => text),
      [lines(150, 151), lines(90, 149), lines(152, 211)],
    );
    assert.match(user, /^The part of src\/a\.ts to edit:[\s\S]*The instruction:\nMake it shorter\n/);
  });

  it("sends nothing of the surroundings where there are none", () => {
    assert.equal(codeBlocks(asked({ place: { start: 0, end: 300 } }).user).length, 1);
  });

  it("sends of surroundings with long lines what fits, whole lines nearest to the part", () => {
    const lines = question.lines.map((line) => `${line} ${"x".repeat(1_000)}`);
    const [, before, after] = codeBlocks(asked({ lines }).user);
    assert.equal(before?.text.split("\n").length, 5);
    assert.ok(before.text.startsWith("line 145 "));
    assert.ok(after?.text.startsWith("line 152 "));
  });

  it("fences code that has fences itself", () => {
    const { user } = asked({ lines: ["```ts", "a", "```"], place: { start: 0, end: 3 }, languageId: "markdown" });
    assert.deepEqual(codeBlocks(user)[0], { language: "markdown", text: "```ts\na\n```", closed: true });
  });

  it("carries the user's own instructions, and no parameter that would make the pool smaller", () => {
    assert.match(asked({ instructions: "I use tabs." }).system, /I use tabs\.$/);
    assert.deepEqual(Object.keys(editRequest(question)), ["messages"]);
  });
});
