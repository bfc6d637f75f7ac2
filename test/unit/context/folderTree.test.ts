import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { folderTree } from "../../../src/context/folderTree";

describe("A folder's listing", () => {
  it("has folders first, each with what is in it, and says what it leaves out", () => {
    const listing = folderTree([
      { name: "README.md" },
      {
        name: "src",
        inside: [{ name: "price.ts" }, { name: "deep", inside: "unread" }, { name: "Basket.ts" }],
        more: 7,
      },
      { name: "empty", inside: [] },
    ]);
    assert.equal(
      listing,
      ["empty/", "src/", "  deep/ …", "  Basket.ts", "  price.ts", "  … 7 more", "README.md", ""].join("\n"),
    );
  });

  it("of nothing is nothing", () => assert.equal(folderTree([]), ""));
});
