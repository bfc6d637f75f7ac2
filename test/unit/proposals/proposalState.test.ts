import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { applyHunks, lineHunks } from "../../../src/proposals/lineHunks";
import { Proposal, type OpenHunk } from "../../../src/proposals/proposalState";
import { textReplacements, type Replacement } from "../../../src/proposals/textReplacements";

// Few different lines, so that they repeat often: this is where line diffs go wrong.
const text = fc.array(fc.constantFrom("a", "b", "c", "", "}"), { minLength: 1, maxLength: 12 });

/** Applies replacements like a WorkspaceEdit of VS Code: all positions refer to the original text. */
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

/** Accepts changes like the editor: first in the text, then in the proposal. */
function accept(
  proposal: Proposal,
  current: readonly string[],
  hunks: readonly OpenHunk[],
  eol: "\n" | "\r\n" = "\r\n",
): string[] {
  const next = replaced(current, textReplacements(hunks, current, eol), eol);
  proposal.accepted(
    hunks.map(({ id }) => id),
    next,
  );
  return next;
}

describe("hunks", () => {
  test("turn one text into the other, for any two texts", () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        assert.deepEqual(applyHunks(before, lineHunks(before, after)), after);
      }),
    );
  });

  test("are separated by at least one unchanged line", () => {
    fc.assert(
      fc.property(text, text, (before, after) => {
        const hunks = lineHunks(before, after);
        for (const [index, { start }] of hunks.entries()) if (index > 0) assert.ok(start > hunks[index - 1]!.end);
      }),
    );
  });

  test("convert to text replacements with the same result, with and without a final line end", () => {
    fc.assert(
      fc.property(text, text, fc.constantFrom("\n", "\r\n"), (before, after, eol) => {
        assert.deepEqual(replaced(before, textReplacements(lineHunks(before, after), before, eol), eol), after);
      }),
    );
  });
});

describe("Proposal", () => {
  test("equals the proposed text when accepted and the original when rejected", () => {
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

  test("equals the proposed text when its changes are kept one by one, in any order and with any line ends", () => {
    fc.assert(
      fc.property(
        text,
        text,
        fc.infiniteStream(fc.nat()),
        fc.constantFrom("\n", "\r\n"),
        (before, after, order, eol) => {
          const proposal = new Proposal(before, after);
          let current: string[] = [...before];
          for (const which of order) {
            const { open, proposed } = proposal.stateFor(current);
            assert.deepEqual(proposed, after);
            const hunk = open[which % Math.max(1, open.length)];
            if (!hunk) break;
            current = accept(proposal, current, [hunk], eol);
          }
          assert.deepEqual(current, after);
        },
      ),
    );
  });

  test("gives the same result for every order of decisions", () => {
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

  test("keeps edits in other lines", () => {
    const { open, displaced, proposed } = new Proposal(before, after).stateFor(["zero", ...before.slice(0, 3), "5"]);
    assert.deepEqual(proposed, ["zero", "one", "TWO", "three", "5", "six"]);
    assert.deepEqual([open.length, displaced], [2, 0]);
  });

  test("never overwrites an edit of the same lines, and applies again after that edit is undone", () => {
    const proposal = new Proposal(before, after);
    const changed = ["one", "2", "three", "four", "five"];
    assert.deepEqual(proposal.stateFor(changed).proposed, [...changed, "six"]);
    assert.equal(proposal.stateFor(changed).displaced, 1);
    assert.deepEqual(proposal.stateFor(before).proposed, after);
    assert.equal(proposal.stateFor(before).displaced, 0);
  });

  test("skips a change that the user already made", () => {
    const { open, displaced } = new Proposal(before, after).stateFor(["one", "TWO", "three", "four", "five"]);
    assert.deepEqual([open.length, displaced], [1, 0]);
  });

  test("reopens a change that was accepted and then undone", () => {
    const proposal = new Proposal(before, after);
    const [first] = proposal.stateFor(before).open;
    const half = accept(proposal, before, [first!]);
    assert.deepEqual(proposal.stateFor(half).open.length, 1);
    assert.deepEqual(proposal.stateFor(before).open.length, 2);
    assert.deepEqual(proposal.stateFor(half).open.length, 1);
  });

  test("keeps every line that the user adds, wherever it is", () => {
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
