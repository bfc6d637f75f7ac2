import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { CommitInput } from "../../../src/commands/commitInput";

describe("The box for a commit message", () => {
  it("holds what is written, and gives back what was there", () => {
    const input = { value: "my own" };
    const box = new CommitInput(input);
    box.write("Round");
    box.write("Round prices");
    assert.equal(input.value, "Round prices");
    box.restore();
    assert.equal(input.value, "my own");
  });

  it("belongs to whoever types in it meanwhile", () => {
    const input = { value: "" };
    const box = new CommitInput(input);
    box.write("Round");
    input.value = "Round, said I";
    box.write("Round prices");
    box.restore();
    assert.equal(box.isEditedByUser, true);
    assert.equal(input.value, "Round, said I");
  });

  it("is not taken when VS Code tells of an earlier text late", () => {
    const input = { value: "" };
    const box = new CommitInput(input);
    box.write("Round");
    box.write("Round prices");
    input.value = "Round";
    box.write("Round prices once");
    assert.equal(input.value, "Round prices once");
  });
});
