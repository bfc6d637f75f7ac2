import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { parseCodeLinkName } from "../../../src/context/codeLinkName";

const files: Record<string, { path: string; line?: number }> = {
  "basket.ts": { path: "basket.ts" },
  "./src/basket.ts": { path: "src/basket.ts" },
  "/src/basket.ts": { path: "src/basket.ts" },
  "src\\basket.ts": { path: "src/basket.ts" },
  "src/basket.ts:42": { path: "src/basket.ts", line: 42 },
  "src/basket.ts:42:7": { path: "src/basket.ts", line: 42 },
  "src/basket.ts:42-50": { path: "src/basket.ts", line: 42 },
  "src/basket.ts#L42": { path: "src/basket.ts", line: 42 },
  "src/basket.ts#L42-L50": { path: "src/basket.ts", line: 42 },
  ".env.example": { path: ".env.example" },
  ".gitignore": { path: ".gitignore" },
  "größe/Übersicht.md": { path: "größe/Übersicht.md" },
  Dockerfile: { path: "Dockerfile" },
};

const symbols: Record<string, { name: string; container?: string }> = {
  Basket: { name: "Basket" },
  loadOrders: { name: "loadOrders" },
  "total()": { name: "total" },
  "Basket.add()": { name: "add", container: "Basket" },
  "shop::Basket": { name: "Basket", container: "shop" },
  "Basket#total": { name: "total", container: "Basket" },
  load_orders: { name: "load_orders" },
};

const others = [
  ...["npm test", "null", "true", "a", "==", "", "42", "x + y", "foo(bar)", "https://example.com/a.ts"],
  ...["../secret.ts", "src/../../secret.ts", "~/../.ssh/id_rsa", "src/*.ts", "{a,b}.ts", "src/[id].ts", "a//b.ts"],
  ...["command:workbench.action.quit", "file:///etc/passwd", "vscode://x.y/z", "<script>", "a.ts\n", "C:\\x\\y.ts"],
  ...["src/con.ts", "src\\com1.ts", "src./a.ts", "a.ts.", "src/..\\..\\a.ts", "\\\\server\\share\\..\\a.ts"],
];

describe("parseCodeLinkName", () => {
  for (const [name, file] of Object.entries(files)) {
    test(`parses ${name} as a file`, () => {
      const { path, line } = parseCodeLinkName(name) ?? {};
      assert.deepEqual({ path, ...(line !== undefined && { line }) }, file);
    });
  }
  for (const [name, symbol] of Object.entries(symbols)) {
    test(`parses ${name} as a symbol`, () => assert.deepEqual(parseCodeLinkName(name)?.symbol, symbol));
  }
  test("does not parse a Windows device as a file", () => {
    assert.deepEqual(
      ["NUL.txt", "aux.ts", "console.ts"].map((name) => parseCodeLinkName(name)?.path),
      [undefined, undefined, "console.ts"],
    );
  });
  for (const name of others) {
    test(`rejects ${JSON.stringify(name)}`, () => assert.equal(parseCodeLinkName(name), undefined));
  }
});
