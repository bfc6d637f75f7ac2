import Mocha from "mocha";
import { globSync } from "node:fs";
import path from "node:path";
import { format } from "node:util";
import { suiteMark } from "./suiteOutput";

/** Runs the test files in a folder, or with `TEST_GREP` only the tests whose full names match it. Rejects if a test fails. */
export async function runTestFiles(folder: string): Promise<void> {
  Mocha.reporters.Base.consoleLog = (...args: unknown[]) => {
    for (const line of format(...args).split("\n")) console.log(suiteMark + line);
  };
  Mocha.reporters.Base.useColors = false;
  // Generous, so that tests also pass on a busy machine.
  const mocha = new Mocha({ ui: "bdd", reporter: "spec", color: false, timeout: 120_000 });
  // Test files use `describe` and `test`, like those of node:test.
  mocha.suite.on("pre-require", (globals) => (globals.test = globals.it));
  const pattern = process.env["TEST_GREP"];
  if (pattern !== undefined) mocha.grep(new RegExp(pattern));
  for (const file of globSync("*.test.js", { cwd: folder }).sort()) mocha.addFile(path.join(folder, file));
  await new Promise<void>((resolve, reject) => {
    mocha.run((failures) => (failures === 0 ? resolve() : reject(new Error(`${failures} tests failed`))));
  });
}
