import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  builtInPrompts,
  fillPrompt,
  namesSelection,
  parsePrompt,
  promptFile,
  promptId,
  type PromptVariables,
} from "../../../src/commands/prompts";
import { hostileNames } from "../../support/hostileNames";

const variables: PromptVariables = { selection: "CODE $& $1", file: "src/a.ts", language: "typescript", problems: "" };

describe("a prompt file", () => {
  const files: [what: string, markdown: string, title: string, text: string][] = [
    ["with a title", "# Find Races\n\nLook for races.\n", "Find Races", "Look for races."],
    ["without a title is called like its file", "Look for races.", "Find races", "Look for races."],
    ["with comments, which are not asked", "<!-- mine -->\n# Races\nLook.\n<!--\ntwo lines -->", "Races", "Look."],
    ["with the line ends of Windows", "# Races\r\n\r\nLook.\r\nTwice.\r\n", "Races", "Look.\r\nTwice."],
    ["with a heading further down, which is asked", "Look.\n# Really", "Find races", "Look.\n# Really"],
    ["with nothing but a title", "# Races", "Races", ""],
  ];
  for (const [what, markdown, title, text] of files)
    test(what, () => assert.deepEqual(parsePrompt("find-races", markdown), { id: "find-races", title, text }));

  for (const prompt of builtInPrompts())
    test(`contains the unmodified prompt “${prompt.title}” at first`, () => {
      assert.deepEqual(parsePrompt(prompt.id, promptFile(prompt)), prompt);
    });
});

describe("prompt variables", () => {
  const texts: [what: string, text: string, filled: string][] = [
    ["are filled in, with or without blanks", "{{file}} in {{ language }}", "src/a.ts in typescript"],
    ["are taken word for word", "{{selection}}", "CODE $& $1"],
    ["that do not exist stay", "{{banana}} {{file}}", "{{banana}} src/a.ts"],
    ["that are empty leave no blank end", "Fix it.\n\n{{problems}}", "Fix it."],
  ];
  for (const [what, text, filled] of texts)
    test(what, () => assert.equal(fillPrompt({ id: "x", title: "X", text }, variables), filled));

  test("tell whether the prompt already contains the code", () => {
    assert.equal(namesSelection({ id: "x", title: "X", text: "Explain {{ selection }}" }), true);
    assert.deepEqual(builtInPrompts().filter(namesSelection), []);
  });
});

describe("promptId", () => {
  const ids: Readonly<Record<string, string>> = {
    "Find Bugs!": "find-bugs",
    "Größe prüfen": "größe-prüfen",
    "../../evil": "evil",
    "file:stream": "file-stream",
    CON: "con-prompt",
    "Com1.": "com1-prompt",
    "???": "",
  };
  for (const [title, id] of Object.entries(ids))
    test(`is "${id}" for “${title}”`, () => assert.equal(promptId(title), id));

  test("is a file name of bounded length for any title", () => {
    for (const name of hostileNames) assert.match(promptId(name), /^(?!con$)[\p{L}\p{N}-]{0,67}$/u);
    assert.ok(Buffer.byteLength(promptId("𠀀".repeat(500))) <= 250);
  });
});
