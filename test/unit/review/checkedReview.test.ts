import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { newFile } from "../../../src/review/changedFiles";
import { checkedReview, type CheckedReview, type CheckedReviewOptions } from "../../../src/review/checkedReview";
import { scriptedSecretsCheck, type Decide } from "../../support/scriptedSecretsCheck";

const aws = "AKIAIOSFODNN7EXAMPLE";
const privateKey = `-----BEGIN PRIVATE KEY-----\n${"MIIEvQIBADANBgkqhkiG9w0B\n".repeat(6)}-----END PRIVATE KEY-----`;

async function review(
  files: CheckedReviewOptions["files"],
  decide?: Decide,
  options: Partial<CheckedReviewOptions> = {},
): Promise<{ checked: CheckedReview | undefined; sent: string; asked: string[] }> {
  const { check, asked } = scriptedSecretsCheck(decide);
  const checked = await checkedReview(
    {
      ...{ files, language: "German", scope: "review" },
      uriOf: (path) => ({ path: `/shop/${path}`, toString: () => `file:///shop/${path}` }),
      instructions: { outgoing: [], text: () => "" },
      ...options,
    },
    check,
  );
  return { checked, sent: JSON.stringify(checked?.requests ?? []), asked };
}

describe("The requests of a review", () => {
  test("have the changes, the language and a schema", async () => {
    const { checked, sent } = await review([newFile("src/a.ts", "go();")]);
    assert.equal(checked?.requests.length, 1);
    for (const text of ["File: src/a.ts\\n1 + go();", "in German", '"type":"json_schema"', '"severity"'])
      assert.ok(sent.includes(text), text);
  });

  test("are several if the changes are too long for one", async () => {
    const files = ["a.ts", "b.ts", "c.ts"].map((name) => newFile(name, "const x = 1;\n".repeat(1_300)));
    assert.equal((await review(files)).checked?.requests.length, 2);
  });

  test("leave out a file that is held back, and keep the others", async () => {
    const { checked, sent, asked } = await review([newFile("a.ts", `"${aws}"`), newFile("b.ts", "go();")]);
    assert.deepEqual(asked, [`changes in a.ts: ${aws}`]);
    assert.deepEqual([checked?.heldBack, checked?.files.map(({ path }) => path)], [1, ["b.ts"]]);
    assert.ok(!sent.includes(aws) && !sent.includes("a.ts") && sent.includes("File: b.ts"));
  });

  test("are none if every file is held back, or the user cancels", async () => {
    assert.equal((await review([newFile("a.ts", aws)])).checked, undefined);
    assert.equal((await review([newFile("a.ts", aws)], () => "cancel")).checked, undefined);
  });

  test("ask about an environment file by its name, also by its old one", async () => {
    const { asked, sent } = await review([newFile(".env", "PIN=4711"), newFile("b.ts", "go();")]);
    assert.deepEqual(asked, ["changes in .env: .env"]);
    assert.ok(!sent.includes("4711"));
    const renamed = await review([{ ...newFile("env.txt", "PIN=4711"), oldPath: ".env" }, newFile("b.ts", "go();")]);
    assert.equal(renamed.asked.length, 1);
    assert.ok(!renamed.sent.includes("4711"));
  });

  test("have placeholders for secrets, also for those of several lines, and ask about each once", async () => {
    const { sent, asked } = await review([newFile("a.ts", `const key = "${aws}";\n${privateKey}\n`)], () => "replace");
    assert.equal(asked.length, 2);
    assert.match(sent, /1 \+ const key = \\"<SECRET_\d>\\"/);
    assert.ok(!sent.includes(aws) && !sent.includes("MIIEvQ"), sent);
  });

  test("end with the instructions that are not held back", async () => {
    const outgoing = [{ source: "mine", label: "Mine", text: `Be kind ${aws}`, onHoldBack: "leave-out" as const }];
    const text: CheckedReviewOptions["instructions"]["text"] = (heldBack) => (heldBack.length > 0 ? "" : "Be kind");
    const files = [newFile("b.ts", "go();")];
    const kept = await review(files, () => "replace", { instructions: { outgoing, text } });
    const heldBack = await review(files, () => "hold-back", { instructions: { outgoing, text } });
    assert.deepEqual([kept.sent.includes("Be kind"), heldBack.sent.includes("Be kind")], [true, false]);
  });
});
