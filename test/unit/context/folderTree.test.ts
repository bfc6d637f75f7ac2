import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { folderTree } from "../../../src/context/folderTree";

describe("folderTree", () => {
  test("lists folders first, with their children and the number of omitted entries", () => {
    const listing = folderTree([
      { name: "README.md" },
      {
        name: "src",
        children: [{ name: "price.ts" }, { name: "deep", children: "unread" }, { name: "Basket.ts" }],
        omittedCount: 7,
      },
      { name: "empty", children: [] },
    ]);
    assert.equal(
      listing,
      ["empty/", "src/", "  deep/ …", "  Basket.ts", "  price.ts", "  … 7 more", "README.md", ""].join("\n"),
    );
  });

  test("is empty without entries", () => assert.equal(folderTree([]), ""));
});
