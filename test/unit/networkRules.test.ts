import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { ESLint, Linter } from "eslint";
import tseslint from "typescript-eslint";
import * as z from "zod/mini";
import { projectRoot } from "../support/projectRoot";

const names = ["no-restricted-globals", "no-restricted-properties", "@typescript-eslint/no-restricted-imports"];
const shape = z.object({ rules: z.record(z.string(), z.unknown()) });
const eslint = new ESLint({ cwd: projectRoot });

/** How many ways to the network the project's rules find in code of this file. The file need not exist. */
async function waysOut(file: string, code: string): Promise<number> {
  const { rules } = shape.parse(await eslint.calculateConfigForFile(file));
  const own = Object.fromEntries(names.flatMap((name) => (name in rules ? [[name, rules[name]]] : [])));
  const messages = new Linter().verify(code, [
    {
      files: ["**/*"],
      plugins: { "@typescript-eslint": tseslint.plugin },
      languageOptions: {
        parser: tseslint.parser,
        globals: Object.fromEntries(["fetch", "WebSocket", "globalThis"].map((each) => [each, "readonly" as const])),
      },
      rules: own as Linter.RulesRecord,
    },
  ]);
  return messages.filter(({ message }) => message.includes("src/http.ts")).length;
}

describe("The lint rules about the network", () => {
  const found = [
    "void fetch(url);",
    "new WebSocket(url);",
    "void globalThis.fetch(url);",
    'import https from "node:https";',
    'import { connect } from "net";',
    'import { lookup } from "node:dns/promises";',
    'import { Agent } from "undici";',
    'import { spawn } from "node:child_process";',
  ];
  for (const file of ["src/connect/new.ts", "src/router/new.ts", "src/router/services/new.ts", "src/webview/new.ts"])
    for (const code of found) test(`find ${code} in ${file}`, async () => assert.equal(await waysOut(file, code), 1));

  test("allow them in http.ts, and a fetch that is handed over anywhere", async () => {
    for (const code of found) assert.equal(await waysOut("src/http.ts", code), 0);
    const handedOver = "export function send(fetch: typeof globalThis.fetch) { return fetch(url); }";
    assert.equal(await waysOut("src/router/new.ts", handedOver), 0);
  });
});
