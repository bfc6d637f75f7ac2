import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { importsFile } from "../../../src/proposals/importsFile";

describe("importsFile", () => {
  for (const [code, path] of [
    ['import { discounted } from "./price";', "/shop/src/price.ts"],
    ["import {\n  discounted,\n} from '../src/price.js';", "/shop/src/price.ts"],
    ['const { discounted } = require("./price");', "/shop/src/price.js"],
    ['const price = await import("./price.mjs");', "/shop/src/price.mjs"],
    ['#include "price.h"', "/shop/price.cpp"],
    ["from shop.price import discounted", "/shop/price.py"],
    ["import unittest\nimport price", "/shop/price.py"],
    ["import com.shop.Price;", "/src/com/shop/Price.java"],
  ] as const)
    test(`finds the import in ${JSON.stringify(code)}`, () => assert.equal(importsFile(code, path), true));

  for (const [code, path] of [
    ['import { test } from "node:test";', "/shop/src/price.ts"],
    ['import price from "./prices";', "/shop/src/price.ts"],
    ["export function discounted(price: Price): Price {}", "/shop/src/price.ts"],
    ["from prices import discounted", "/shop/price.py"],
    ["", ""],
  ] as const)
    test(`finds no import in ${JSON.stringify(code)}`, () => assert.equal(importsFile(code, path), false));

  test("takes linear time for hostile code", () => {
    const code = `${" ".repeat(200_000)}import ${"a.".repeat(100_000)}`;
    assert.equal(importsFile(code, "/shop/price.py"), false);
  });
});
