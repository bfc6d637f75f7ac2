/**
 * `npm test`: every layer in order, each to its end, and one closing line for all of them. Node runs this file as it
 * stands, so that even a build that fails is counted.
 */
import { spawn } from "node:child_process";
import { testCounts, type TestCounts } from "./testCounts.ts";

type Layer = readonly [name: string, command: string];

/** Layers of one line run at the same time: they wait for nothing but the processor. */
const layers: readonly (readonly Layer[])[] = [
  [["Build", "npm run --silent build && npm run --silent build:test"]],
  [
    ["Types", "npm run --silent types"],
    ["Lint", "npm run --silent lint"],
  ],
  [
    [
      "Units",
      'node --test --enable-source-maps --test-concurrency=2 --test-reporter=spec "dist/test/unit/**/*.test.js"',
    ],
  ],
  [["Suite in VS Code", "node --enable-source-maps dist/test/vscode/run.js"]],
  [
    [
      "Journeys in the workbench",
      'node --test --enable-source-maps --test-reporter=spec --test-concurrency=1 "dist/test/journeys/**/*.test.js"',
    ],
  ],
];

const colour = process.stdout.isTTY ? { FORCE_COLOR: "1" } : {};

function run(command: string): Promise<TestCounts> {
  return new Promise((resolve) => {
    let output = "";
    const layer = spawn(command, {
      shell: true,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ...colour },
    });
    layer.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text;
      process.stdout.write(text);
    });
    layer.stderr.pipe(process.stderr, { end: false });
    layer.on("close", (code) => resolve(testCounts(output, code)));
  });
}

async function main(): Promise<void> {
  const total: TestCounts = { passed: 0, failed: 0 };
  const table: string[] = [];
  for (const together of layers) {
    console.log(`\n━━ ${together.map(([name]) => name).join(", ")}`);
    const start = performance.now();
    const ended = together.map(async ([name, command]) => {
      const { passed, failed } = await run(command);
      const seconds = ((performance.now() - start) / 1000).toFixed(0);
      table.push(`${failed === 0 ? "✔" : "✖"} ${name}: ${passed} passed, ${failed} failed (${seconds} s)`);
      total.passed += passed;
      total.failed += failed;
    });
    await Promise.all(ended);
  }
  console.log(`\n${table.join("\n")}\n\n${total.passed} passed, ${total.failed} failed`);
  process.exitCode = total.failed === 0 ? 0 : 1;
}

void main();
