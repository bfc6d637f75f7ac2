import Mocha from "mocha";
import { globSync } from "node:fs";
import path from "node:path";
import { format } from "node:util";
import { suiteMark } from "./suiteOutput";

/**
 * What VS Code calls in its extension host: runs every test file beside this one, or with `TEST_GREP` only those tests whose full titles
 * it fits, and rejects if a test failed.
 */
export async function run(): Promise<void> {
  Mocha.reporters.Base.consoleLog = (...args: unknown[]) => {
    for (const line of format(...args).split("\n")) console.log(suiteMark + line);
  };
  Mocha.reporters.Base.useColors = false;
  const mocha = new Mocha({ ui: "tdd", reporter: "spec", color: false, timeout: 60_000 });
  const wanted = process.env["TEST_GREP"];
  if (wanted !== undefined) mocha.grep(new RegExp(wanted));
  for (const file of globSync("**/*.test.js", { cwd: import.meta.dirname }).sort())
    mocha.addFile(path.join(import.meta.dirname, file));
  await new Promise<void>((resolve, reject) => {
    mocha.run((failures) => (failures === 0 ? resolve() : reject(new Error(`${failures} tests failed`))));
  });
}
