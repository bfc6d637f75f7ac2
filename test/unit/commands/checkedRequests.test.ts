import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { checkedCommitRequest } from "../../../src/commands/checkedCommitRequest";
import { checkedEditRequest } from "../../../src/commands/checkedEditRequest";
import { scriptedSecretsCheck, type Decide } from "../../support/scriptedSecretsCheck";

const aws = "AKIAIOSFODNN7EXAMPLE";
const edit = {
  ...{ lines: ["one", "two", "three"], place: { start: 1, end: 2 }, surroundings: "one", instruction: "Improve" },
  ...{
    file: "a.ts",
    languageId: "typescript",
    instructions: "",
    workspaceInstructions: "",
    label: "a.ts:2",
    scope: "edit",
  },
  uri: { path: "/w/a.ts", toString: () => "file:///w/a.ts" },
};
const commit = {
  changes: "+a",
  subjects: ["Sell things"],
  written: "",
  instructions: "",
  workspaceInstructions: "",
  scope: "commit",
};

async function editing(changes: Partial<typeof edit>, decide: Decide) {
  const { check, asked } = scriptedSecretsCheck(decide);
  const request = await checkedEditRequest({ ...edit, ...changes }, check);
  return { text: request && JSON.stringify(request), asked };
}

async function committing(changes: Partial<typeof commit>, decide: Decide) {
  const { check, asked } = scriptedSecretsCheck(decide);
  const request = await checkedCommitRequest({ ...commit, ...changes }, check);
  return { text: request && JSON.stringify(request), asked };
}

describe("A checked edit request", () => {
  test("is not made if the part to edit or the instruction is held back", async () => {
    const part = await editing({ lines: ["one", aws, "three"] }, () => "hold-back");
    assert.deepEqual(part, { text: undefined, asked: [`a.ts:2: ${aws}`] });
    const instruction = await editing({ instruction: `Use ${aws}` }, () => "hold-back");
    assert.deepEqual(instruction, { text: undefined, asked: [`Your instruction: ${aws}`] });
  });

  test("leaves out surrounding code and instructions that are held back", async () => {
    const { text, asked } = await editing({ surroundings: aws, instructions: `My ${aws}` }, () => "hold-back");
    assert.deepEqual(asked, [`Your instructions in the settings: ${aws}`], "the surrounding code only repeats it");
    assert.doesNotMatch(text ?? aws, /AKIA|surrounding code, for context|user's instructions/);
  });

  test("asks once about an environment file, and replaces the values in all parts of it", async () => {
    const uri = { path: "/w/.env", toString: () => "file:///w/.env" };
    const { text, asked } = await editing(
      { uri, label: ".env:2", lines: ["A=11", "B=22", "C=33"], surroundings: "A=11\n⋯\nC=33" },
      () => "replace",
    );
    assert.deepEqual(asked, [".env:2: .env"]);
    assert.doesNotMatch(text ?? "11", /11|22|33/);
  });
});

describe("A checked commit request", () => {
  test("is not made if the diff is held back, for the name of a file or its text", async () => {
    const diff = "diff --git a/.env b/.env\n@@ -1 +1 @@\n+PIN=4711\n";
    assert.deepEqual(await committing({ changes: diff }, () => "hold-back"), {
      text: undefined,
      asked: ["The diff → .env: .env"],
    });
    assert.deepEqual((await committing({ changes: `+${aws}` }, () => "hold-back")).text, undefined);
  });

  test("has placeholders for secrets in all of its texts", async () => {
    const { text } = await committing(
      { changes: `+${aws}`, subjects: [`Add ${aws}`], written: aws, instructions: aws },
      () => "replace",
    );
    assert.ok(text?.includes("<SECRET_1>") && !text.includes(aws), text);
  });
});
