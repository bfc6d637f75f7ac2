import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { plainText } from "../../../src/review/plainText";

describe("The plain text of a finding", () => {
  const texts: [markdown: string, plain: string][] = [
    ["**Off by one** in `pages`", "Off by one in pages"],
    ["*Never* call ``a ` b`` or `x**2**3`", "Never call a ` b or x**2**3"],
    ["### Heading\nSee [it](https://a.example).", "Heading\nSee [it](https://a.example)."],
    [
      "a * b * c, a*b*c, 2**3**4, __init__, my_name_x, f(**kwargs), *args",
      "a * b * c, a*b*c, 2**3**4, __init__, my_name_x, f(**kwargs), *args",
    ],
    ["**`total` is null** in `*args` and `*rest`", "total is null in *args and *rest"],
    ["An unclosed ` stays", "An unclosed ` stays"],
    ["a[i](x) and #include", "a[i](x) and #include"],
  ];
  for (const [markdown, plain] of texts) test(markdown, () => assert.equal(plainText(markdown), plain));
});
