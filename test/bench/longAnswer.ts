import { splitIntoDeltas } from "../support/openRouter/stream";

/** The model of the long answer: a free model of the snapshot whose id is also its name in streams. */
export const model = "z-ai/glm-5.2:free";

const section = (number: number): string => `## ${number}. What the function does

The loop walks over \`orders\` once and keeps a running total; *every* order is looked at, even the cancelled ones, which
is why the sum is too high. Filter them **before** the reduction, or skip them inside of it:

\`\`\`ts
const total = orders
  .filter((order) => order.state !== "cancelled")
  .reduce((sum, { price, quantity }) => sum + price * quantity, 0); // “ünïcödé”, 你好
\`\`\`

- an empty list gives \`0\`, as it should
- a missing price gives \`NaN\`: decide whether that is an error

`;

const sections = (count: number): string => Array.from({ length: count }, (_, at) => section(at + 1)).join("");

/** About 30 KB of Markdown with code, like a verbose model writes. */
export const answerText = sections(50);

/** A fifth of `answerText`. */
export const answerPart = sections(10);

/** The number of deltas with content that the simulator splits a text into. */
export const deltasIn = (text: string): number => splitIntoDeltas(text).length;
