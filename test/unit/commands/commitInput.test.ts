import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { CommitInput } from "../../../src/commands/commitInput";

describe("CommitInput", () => {
  test("shows the written text and restores the previous text", () => {
    const input = { value: "my own" };
    const box = new CommitInput(input);
    box.write("Round");
    box.write("Round prices");
    assert.equal(input.value, "Round prices");
    box.restore();
    assert.equal(input.value, "my own");
  });

  test("stops writing once the user has typed", () => {
    const input = { value: "" };
    const box = new CommitInput(input);
    box.write("Round");
    input.value = "Round, said I";
    box.write("Round prices");
    box.restore();
    assert.equal(box.isEditedByUser, true);
    assert.equal(input.value, "Round, said I");
  });

  test("does not take a delayed change event of its own text for typing", () => {
    const input = { value: "" };
    const box = new CommitInput(input);
    box.write("Round");
    box.write("Round prices");
    input.value = "Round";
    box.write("Round prices once");
    assert.equal(input.value, "Round prices once");
  });
});
