/**
 * `npm test`: runs all layers in order, even after a failure, and prints a summary. Node runs this file uncompiled, so that
 * a failed build is counted too.
 */
import { spawn } from "node:child_process";
import { testCounts, type TestCounts } from "./testCounts.ts";

type Layer = readonly [name: string, command: string];

/** The layers of a group run in parallel; more at once would take longer on two cores, since windows that wait paint all the time. */
const layers: readonly (readonly Layer[])[] = [
  [["Build", "npm run --silent build && npm run --silent build:test"]],
  [
    ["Types", "npm run --silent types"],
    [
      "Unit tests",
      'node --test --enable-source-maps --test-concurrency=3 --test-reporter=spec "dist/test/unit/**/*.test.js"',
    ],
  ],
  [
    ["Lint", "npm run --silent lint"],
    ["Tests in VS Code", "node --enable-source-maps dist/test/vscode/run.js"],
  ],
  [
    [
      "Journeys in VS Code",
      'node --test --enable-source-maps --test-reporter=spec --test-concurrency=2 "dist/test/journeys/**/*.test.js"',
    ],
  ],
];

const colorEnv = process.stdout.isTTY ? { FORCE_COLOR: "1" } : {};

function run(command: string): Promise<TestCounts> {
  return new Promise((resolve) => {
    let output = "";
    const layer = spawn(command, {
      shell: true,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ...colorEnv },
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
  for (const group of layers) {
    console.log(`\n━━ ${group.map(([name]) => name).join(", ")}`);
    const start = performance.now();
    const finished = group.map(async ([name, command]) => {
      const { passed, failed } = await run(command);
      const seconds = ((performance.now() - start) / 1000).toFixed(0);
      table.push(`${failed === 0 ? "✔" : "✖"} ${name}: ${passed} passed, ${failed} failed (${seconds} s)`);
      total.passed += passed;
      total.failed += failed;
    });
    await Promise.all(finished);
  }
  console.log(`\n${table.join("\n")}\n\n${total.passed} passed, ${total.failed} failed`);
  process.exitCode = total.failed === 0 ? 0 : 1;
}

void main();
