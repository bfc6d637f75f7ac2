/** An answer like a verbose model writes, with all kinds of Markdown in typical proportions. */
export function answer(length: number): string {
  let text = "";
  for (let number = 1; text.length < length; number++) text += chapter(number);
  return text.slice(0, length);
}

/** Splits a text into deltas of about one token, like models send: four or five characters. */
export const deltas = (text: string): string[] => text.match(/\s*[^\s]{1,5}|\s+$/g) ?? [];

/** A chapter of the answer, about 3 KB. Chapters differ in their numbers. */
export const chapter = (number: number): string => `## ${number}. Reading the orders

The function \`loadOrders\` walks over **every** page of the result and keeps a running total. That is *almost* right, but the
cancelled orders are counted too, which is why the sum on the dashboard is too high by about ${number * 3} per cent. The
[documentation of the endpoint](https://example.com/docs/orders#page-${number}) says that \`state\` may be missing, so a plain
comparison is not enough.

There are three things to change:

1. Filter the orders **before** the reduction, so that \`total\` never sees a cancelled one.
2. Treat a missing \`state\` as *open*, as the service does.
   - The old clients never send it.
   - The new ones send \`null\` for drafts.
3. Stop at the first page that comes back empty; \`next\` may still be set.

\`\`\`ts
interface Order {
  id: number;
  state?: "open" | "paid" | "cancelled" | null;
  price: number;
  quantity: number;
}

/** Sums up what is really going to be paid. */
export async function total(pages: AsyncIterable<Order[]>): Promise<number> {
  let sum = 0;
  for await (const orders of pages) {
    if (orders.length === 0) break; // the service says "next" once too often
    sum += orders
      .filter(({ state }) => (state ?? "open") !== "cancelled")
      .reduce((part, { price, quantity }) => part + price * quantity, 0);
  }
  return Math.round(sum * 100) / 100;
}
\`\`\`

With this in place the numbers agree with the export of last week:

| Month | Before | After | Difference |
| --- | ---: | ---: | :-: |
| January | 10,412.50 | 10,${number % 900} | −4 % |
| February | 9,871.00 | 9,204.10 | −7 % |
| March | 12,000.00 | 11,998.00 | 0 % |

> **Note:** amounts are rounded once, at the end. Rounding every order first would give a different sum, see
> \`rounding.test.ts\`.

### Trying it out

Run the tests and look at the one that failed before. If you use another shell, replace \`export\` by what it knows; on Windows
that is \`set\`, and the quotation marks have to go.

\`\`\`bash
export ORDERS_URL="https://localhost:${8000 + (number % 1000)}/orders"
npm test -- --test-name-pattern="total" && echo "done"
\`\`\`

- [x] filter before the reduction
- [x] a missing state
- [ ] the empty page: decide whether that is an error, and tell ~~the user~~ the log
- [ ] the same for \`refunds\`

\`\`\`python
def total(pages):
    """The same in Python, for the nightly job.

    Keeps the order of the pages.
    """
    result = 0.0
    for orders in pages:
        if not orders:
            break
        result += sum(o["price"] * o["quantity"] for o in orders if o.get("state") != "cancelled")
    return round(result, 2)
\`\`\`

That should be all. Tell me if the sum is still off; then the exchange rates are the next thing I would look at, since they are
cached for a day and the job runs shortly after midnight.

`;
