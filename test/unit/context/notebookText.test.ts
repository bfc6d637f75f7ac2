import assert from "node:assert/strict";
import { test } from "node:test";
import { notebookText } from "../../../src/context/notebookText";

test("a notebook is the source of its cells, with their numbers and languages", () => {
  const cells = [
    { text: "# Orders\n" },
    { text: "  \n", languageId: "python" },
    { text: 'print("""\n```\n""")', languageId: "python" },
    { text: "select 1", languageId: "sql" },
  ];
  assert.equal(
    notebookText(cells),
    [
      ...["Cell 1:", "# Orders", ""],
      ...["Cell 3:", "````python", 'print("""', "```", '""")', "````", ""],
      ...["Cell 4:", "```sql", "select 1", "```", ""],
    ].join("\n"),
  );
  assert.equal(notebookText([]), "");
});
