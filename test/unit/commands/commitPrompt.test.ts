import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { commitRequest, isConventional, messageIn } from "../../../src/commands/commitPrompt";

describe("messageIn", () => {
  const cases: [what: string, answer: string, message: string][] = [
    ["alone", "Round prices once\n\nNot per line.\n", "Round prices once\n\nNot per line."],
    ["in a fence", "```\nRound prices once\n```\n", "Round prices once"],
    ["in a fence with a language, still open", "```text\nRound pri", "Round pri"],
    ["after a fence's first line only", "```text\n", ""],
    [
      "in a fence, and a sentence after it",
      "```\nfix: x\n\nIt was y.\n```\nThis is the message.",
      "fix: x\n\nIt was y.",
    ],
    ["with a fence in its text", "fix: x\n\n```\ncode\n```\n\nAnd more.", "fix: x\n\n```\ncode\n```\n\nAnd more."],
    ["in quotes", '"Round prices once"', "Round prices once"],
    ["with a quote in it", 'Say "free" once, not "free" twice', 'Say "free" once, not "free" twice'],
    ["behind a label", "**Commit message:** Round prices once", "Round prices once"],
    ["behind a polite word", "Here's the commit message:\n\n```\nfix: round once\n```", "fix: round once"],
    ["which begins like a polite word", "Here is where prices are rounded", "Here is where prices are rounded"],
    ["of nothing", " \n", ""],
  ];
  for (const [what, answer, message] of cases) test(what, () => assert.equal(messageIn(answer), message));
});

describe("isConventional", () => {
  const cases: [what: string, subjects: string[], conventional: boolean][] = [
    ["none yet", [], false],
    ["typed", ["feat: add basket", "fix(price)!: round once", "Merge branch 'main'"], true],
    ["mostly in words", ["Add basket", "fix: round once", "Note: prices are net"], false],
  ];
  for (const [what, subjects, conventional] of cases)
    test(`${what} returns ${String(conventional)} for ${what}`, () =>
      assert.equal(isConventional(subjects), conventional));
});

describe("commitRequest", () => {
  const material = {
    changes: "diff --git a/a b/a\n",
    subjects: [],
    written: "",
    instructions: "",
    workspaceInstructions: "",
  };
  const textOf = (more: Partial<Parameters<typeof commitRequest>[0]>): string =>
    JSON.stringify(commitRequest({ ...material, ...more }).messages);

  test("asks for the project's commit style", () => {
    assert.match(textOf({ subjects: ["feat: a", "fix: b"] }), /Use Conventional Commits.*- feat: a\\n- fix: b/);
    assert.doesNotMatch(textOf({ subjects: ["Add a"] }), /Use Conventional/);
  });

  test("includes the omitted parts, the draft and the user's instructions", () => {
    assert.match(textOf({ cut: "12 changed lines in 1 file" }), /The changes \(omitted: 12 changed lines/);
    assert.match(textOf({ written: "Rounding " }), /The author's draft, to be respected:\\nRounding\\n/);
    assert.match(textOf({ instructions: "In German." }), /The user's instructions:\\nIn German\./);
    assert.match(textOf({ workspaceInstructions: "In French." }), /The workspace's instructions:\\nIn French\./);
    assert.doesNotMatch(textOf({}), /omitted|author|instructions/);
  });
});
