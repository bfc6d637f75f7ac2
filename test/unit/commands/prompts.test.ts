import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  builtInPrompts,
  fillPrompt,
  namesSelection,
  parsePrompt,
  promptFile,
  type PromptVariables,
} from "../../../src/commands/prompts";

const variables: PromptVariables = { selection: "CODE $& $1", file: "src/a.ts", language: "typescript", problems: "" };

describe("A prompt's file", () => {
  const files: [what: string, markdown: string, title: string, text: string][] = [
    ["with a title", "# Find Races\n\nLook for races.\n", "Find Races", "Look for races."],
    ["without a title is called like its file", "Look for races.", "Find races", "Look for races."],
    ["with comments, which are not asked", "<!-- mine -->\n# Races\nLook.\n<!--\ntwo lines -->", "Races", "Look."],
    ["with the line ends of Windows", "# Races\r\n\r\nLook.\r\nTwice.\r\n", "Races", "Look.\r\nTwice."],
    ["with a heading further down, which is asked", "Look.\n# Really", "Find races", "Look.\n# Really"],
    ["with nothing but a title", "# Races", "Races", ""],
  ];
  for (const [what, markdown, title, text] of files)
    it(what, () => assert.deepEqual(parsePrompt("find-races", markdown), { id: "find-races", title, text }));

  for (const prompt of builtInPrompts())
    it(`of “${prompt.title}” says what the prompt says before anybody changed it`, () => {
      assert.deepEqual(parsePrompt(prompt.id, promptFile(prompt)), prompt);
    });
});

describe("Variables", () => {
  const texts: [what: string, text: string, filled: string][] = [
    ["are filled in, with or without blanks", "{{file}} in {{ language }}", "src/a.ts in typescript"],
    ["are taken word for word", "{{selection}}", "CODE $& $1"],
    ["that do not exist stay", "{{banana}} {{file}}", "{{banana}} src/a.ts"],
    ["that are empty leave no blank end", "Fix it.\n\n{{problems}}", "Fix it."],
  ];
  for (const [what, text, filled] of texts)
    it(what, () => assert.equal(fillPrompt({ id: "x", title: "X", text }, variables), filled));

  it("decide whether the code is attached: a prompt that names it has it in its words", () => {
    assert.equal(namesSelection({ id: "x", title: "X", text: "Explain {{ selection }}" }), true);
    assert.deepEqual(builtInPrompts().filter(namesSelection), []);
  });
});
