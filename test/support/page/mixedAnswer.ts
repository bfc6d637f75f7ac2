import { seededRandom } from "../random";

/**
 * A long answer with everything that changes its height while it streams, in random order: headings, tables, nested lists, code in six
 * languages, alerts and details.
 */
export function mixedAnswer(seed: number): string {
  const random = seededRandom(seed);
  const blocks = Array.from({ length: 10 }, (_, index) => chapter(index))
    .join("\n\n")
    .split("\n\n");
  return blocks
    .map((block) => ({ block, order: random() }))
    .sort((a, b) => a.order - b.order)
    .map(({ block }) => block)
    .join("\n\n");
}

/** Splits a text into deltas of about one token, like models send. */
export function deltasOf(text: string): string[] {
  return text.match(/\s*\S{1,6}|\s+$/g) ?? [];
}

const code: readonly (readonly [language: string, text: string])[] = [
  [
    "ts",
    "export const total = (orders: readonly Order[]): number =>\n  orders.reduce((sum, { price }) => sum + price, 0);",
  ],
  [
    "python",
    "def total(orders):\n    # A comment that is much longer than the side bar is wide, so that the block scrolls.\n    return sum(o['price'] for o in orders)",
  ],
  ["sql", "SELECT month, SUM(price) AS total\nFROM orders\nWHERE state <> 'cancelled'\nGROUP BY month;"],
  ["bash", 'export URL="https://localhost:8080/orders"\ncurl --fail "$URL" | jq ".[] | .price"'],
  ["json", '{\n  "name": "orders",\n  "scripts": { "test": "node --test" }\n}'],
  ["css", ".orders > li:nth-child(odd) {\n  color: var(--muted);\n}"],
];

const alerts = ["NOTE", "TIP", "WARNING"];

function chapter(index: number): string {
  const [language, text] = code[index % code.length] ?? ["", ""];
  return `## ${index + 1}. Reading the orders

The function \`loadOrders\` walks over **every** page, and keeps a *running* total. The [documentation](https://example.com/orders) says that
\`state\` may be missing, so a plain comparison is not enough.

| Month | Before | After | Difference |
| --- | ---: | ---: | :-: |
| January | 10,412.50 | 10,${100 + index} | −4 % |
| February with a long note that wraps in a narrow side bar | 9,871.00 | 9,204.10 | −7 % |

1. Filter the orders before the reduction.
   - The old clients never send \`state\`.
     - Not even for drafts, which are sent with an empty list of items.
   - The new ones send \`null\`.
2. Stop at the first empty page.

\`\`\`${language}
${text}
\`\`\`

> [!${alerts[index % alerts.length] ?? "NOTE"}]
> Amounts are rounded once, at the end.
> - Rounding every order first gives a different sum.

<details>
<summary>Why the sum differs</summary>

The cancelled orders are counted too, see \`rounding.test.ts\`.

</details>

### Trying it out
---
- [x] filter before the reduction
- [ ] the empty page

Setext heading
==============

Run the tests again, and tell me whether the sum is still off.`;
}
