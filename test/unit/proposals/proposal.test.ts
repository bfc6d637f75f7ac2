import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { applyHunks, lineHunks } from "../../../src/proposals/lineHunks";
import { Proposal, type OpenHunk } from "../../../src/proposals/proposal";
import { textReplacements, type Replacement } from "../../../src/proposals/replacements";

// Few different lines, so that the same ones come again and again: that is where line diffs go wrong.
const text = fc.array(fc.constantFrom("a", "b", "c", "", "}"), { minLength: 1, maxLength: 12 });

/** Does to a text what VS Code does with a WorkspaceEdit: all places are those of the text as it was. */
function replaced(lines: readonly string[], replacements: readonly Replacement[], eol: string): string[] {
  let whole = lines.join(eol);
  const offset = (line: number, character: number): number =>
    lines.slice(0, line).reduce((sum, each) => sum + each.length + eol.length, character);
  for (const each of [...replacements].reverse())
    whole =
      whole.slice(0, offset(each.startLine, each.startCharacter)) +
      each.text +
      whole.slice(offset(each.endLine, each.endCharacter));
  return whole.split(eol);
}

/** Accepts some changes as the editor does: into the text first, then into the proposal. */
function accept(proposal: Proposal, current: readonly string[], hunks: readonly OpenHunk[]): string[] {
  const next = replaced(current, textReplacements(hunks, current, "\r\n"), "\r\n");
  proposal.accepted(
    hunks.map(({ id }) => id),
    next,
  );
  return next;
}

describe("Hunks", () => {
  it("lead from one text to the other, whatever the texts", () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        assert.deepEqual(applyHunks(before, lineHunks(before, after)), after);
      }),
    );
  });

  it("have a line between them that stays", () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        const hunks = lineHunks(before, after);
        for (const [index, { start }] of hunks.entries()) if (index > 0) assert.ok(start > hunks[index - 1]!.end);
      }),
    );
  });

  it("become replacements that do the same to a document, with and without a line end at its end", () => {
    fc.assert(
      fc.property(text, text, fc.constantFrom("\n", "\r\n"), (before, after, eol) => {
        assert.deepEqual(replaced(before, textReplacements(lineHunks(before, after), before, eol), eol), after);
      }),
    );
  });
});

describe("A proposal", () => {
  it("accepted whole is what was proposed; rejected whole it leaves the text alone", () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        const proposal = new Proposal(before, after);
        const { open, proposed } = proposal.stateFor(before);
        assert.deepEqual(proposed, after);
        assert.deepEqual(accept(proposal, before, open), after);
        const other = new Proposal(before, after);
        other.reject(open.map(({ id }) => id));
        assert.deepEqual(other.stateFor(before), { open: [], displaced: 0, proposed: before });
      }),
    );
  });

  it("decided on hunk by hunk ends the same in every order", () => {
    const decisions = fc.infiniteStream(fc.record({ which: fc.nat(), wanted: fc.boolean() }));
    fc.assert(
      fc.property(text, text, decisions, (before, after, stream) => {
        const proposal = new Proposal(before, after);
        const wanted = new Set<number>();
        let current: string[] = [...before];
        for (const decision of stream) {
          const { open } = proposal.stateFor(current);
          const hunk = open[decision.which % Math.max(1, open.length)];
          if (!hunk) break;
          if (decision.wanted) {
            wanted.add(hunk.id);
            current = accept(proposal, current, [hunk]);
          } else proposal.reject([hunk.id]);
        }
        const hunks = lineHunks(before, after).filter((_, id) => wanted.has(id));
        assert.deepEqual(current, applyHunks(before, hunks));
      }),
    );
  });

  const before = ["one", "two", "three", "four", "five"];
  const after = ["one", "TWO", "three", "four", "five", "six"];

  it("goes on from a text that was changed elsewhere", () => {
    const { open, displaced, proposed } = new Proposal(before, after).stateFor(["zero", ...before.slice(0, 3), "5"]);
    assert.deepEqual(proposed, ["zero", "one", "TWO", "three", "5", "six"]);
    assert.deepEqual([open.length, displaced], [2, 0]);
  });

  it("never overwrites what was changed in the same place, and is back when that is undone", () => {
    const proposal = new Proposal(before, after);
    const changed = ["one", "2", "three", "four", "five"];
    assert.deepEqual(proposal.stateFor(changed).proposed, [...changed, "six"]);
    assert.equal(proposal.stateFor(changed).displaced, 1);
    assert.deepEqual(proposal.stateFor(before).proposed, after);
    assert.equal(proposal.stateFor(before).displaced, 0);
  });

  it("does not repeat what somebody already did by hand", () => {
    const { open, displaced } = new Proposal(before, after).stateFor(["one", "TWO", "three", "four", "five"]);
    assert.deepEqual([open.length, displaced], [1, 0]);
  });

  it("has a change back that was accepted and then undone", () => {
    const proposal = new Proposal(before, after);
    const [first] = proposal.stateFor(before).open;
    const half = accept(proposal, before, [first!]);
    assert.deepEqual(proposal.stateFor(half).open.length, 1);
    assert.deepEqual(proposal.stateFor(before).open.length, 2);
    assert.deepEqual(proposal.stateFor(half).open.length, 1);
  });

  it("keeps every line that somebody else wrote, wherever it was written", () => {
    fc.assert(
      fc.property(text, text, fc.nat(), (lines, wanted, at) => {
        const theirs = "theirs";
        const place = at % (lines.length + 1);
        const current = [...lines.slice(0, place), theirs, ...lines.slice(place)];
        assert.ok(new Proposal(lines, wanted).stateFor(current).proposed.includes(theirs));
      }),
    );
  });
});
