import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, it } from "node:test";
import ts from "typescript";
import { projectRoot } from "../support/projectRoot";

/**
 * Which file may import what, types included; the first row that fits a file decides. Paths of the project are written from its root and
 * without an ending, packages by name.
 */
const mayImport: readonly [file: RegExp, imports: RegExp][] = [
  [/^src\/(manifest|lifecycle|clock|plain|failureAction)\.ts$/, /^$/],
  [/^src\/notify\.ts$/, /^(vscode|src\/plain)$/],
  [/^src\/context\/(attachment|fence)\.ts$/, /^$/],
  [/^src\/failureWords\.ts$/, /^(@vscode\/l10n$|src\/(clock|failureAction|router\/index)$)/],
  [/^src\/router\//, /^(src\/router\/|node:|zod\/mini$|eventsource-parser$|ajv\/dist\/2020\.js$)/],
  [/^src\/webview\/markdown(\.ts$|\/)/, /^(src\/webview\/markdown\/|marked$|dompurify$|highlight\.js(\/|$))/],
  [
    /^src\/webview\//,
    /^(src\/(webview\/(?!markdown\/)|chat\/protocol$|failureAction$|context\/attachment$)|preact$|preact\/|@preact\/signals$|@vscode\/(codicons|l10n)$|@vscode\/codicons\/)/,
  ],
  [
    /^src\/chat\/(protocol|conversation|turn|prompt)\.ts$/,
    /^(src\/(chat\/|router\/index$|failureAction$|failureWords$|context\/(attachment|fence)$)|zod\/mini$)/,
  ],
  [
    /^src\/chat\//,
    /^(vscode$|node:|zod\/mini$|@vscode\/l10n$|src\/(chat\/|router\/index$|config\/|context\/|edit\/|(manifest|lifecycle|clock|notify|plain|failureAction|failureWords)$))/,
  ],
  [
    /^src\/editor\//,
    /^(vscode$|node:|@vscode\/l10n$|src\/(editor\/|router\/index$|config\/|context\/|edit\/|(manifest|lifecycle|clock|notify|plain|failureAction|failureWords)$))/,
  ],
  [
    /^src\/config\//,
    /^(vscode$|node:|zod\/mini$|@vscode\/l10n$|src\/(config\/|router\/index$|(manifest|lifecycle|clock|notify|plain)$))/,
  ],
  [
    /^src\/connect\//,
    /^(vscode$|node:|@vscode\/l10n$|src\/(connect\/|config\/|router\/index$|(manifest|lifecycle|clock|notify|plain|failureAction|failureWords)$))/,
  ],
  [
    /^src\/context\//,
    /^(vscode$|node:|@vscode\/l10n$|src\/(context\/|config\/|router\/index$|(manifest|lifecycle|clock|notify|plain)$))/,
  ],
  [
    /^src\/edit\//,
    /^(vscode$|node:|diff$|@vscode\/l10n$|src\/(edit\/|config\/|router\/index$|(manifest|lifecycle|clock|notify|plain)$))/,
  ],
  [
    /^src\/status\//,
    /^(vscode$|node:|@vscode\/l10n$|src\/(status\/|router\/index$|config\/|(manifest|lifecycle|clock|notify|plain|failureAction|failureWords)$))/,
  ],
  [
    /^src\/languageModelProvider\.ts$/,
    /^(vscode$|@vscode\/l10n$|src\/(router\/index$|config\/|(manifest|lifecycle|clock|notify|plain|failureAction|failureWords)$))/,
  ],
  [/^src\/http\.ts$/, /^(undici$|node:|src\/(config\/|lifecycle$))/],
  [/^src\/log\.ts$/, /^src\/router\/index$/],
  [/^src\/inside\.ts$/, /^src\/((chat|config|status)\/|(connecting|editing)$)/],
  [
    /^src\/(extension|rooms|editing|gathering|connecting)\.ts$/,
    /^(vscode$|node:path$|@vscode\/l10n$|src\/(?!router\/|webview\/)|src\/router\/index$)/,
  ],
];

/** The imports of a file (types and lazy ones too) that the table does not allow it. */
function violations(file: string, text: string): string[] {
  const allowed = mayImport.find(([pattern]) => pattern.test(file))?.[1];
  if (!allowed) return [`${file} has no row in the table`];
  return ts
    .preProcessFile(text, true, true)
    .importedFiles.map(({ fileName }) =>
      fileName.startsWith(".") ? path.posix.join(path.posix.dirname(file), fileName) : fileName,
    )
    .filter((target) => !allowed.test(target))
    .map((target) => `${file} imports ${target}`);
}

describe("The arrows between the rooms", () => {
  it("are kept by every file", () => {
    const files = globSync("src/**/*.{ts,tsx}", { cwd: projectRoot }).map((file) => file.split(path.sep).join("/"));
    assert.ok(files.length > 20, `only ${files.length} files found`);
    const found = files.flatMap((file) => violations(file, readFileSync(path.join(projectRoot, file), "utf8")));
    assert.deepEqual(found, []);
  });

  const samples: [what: string, file: string, text: string, found: string[]][] = [
    ["the router asks VS Code", "src/router/pick.ts", `import * as vscode from "vscode";`, ["vscode"]],
    ["a type counts", "src/router/pick.ts", `import type { Uri } from "vscode";`, ["vscode"]],
    ["a lazy import counts", "src/chat/turn.ts", `const late = await import("undici");`, ["undici"]],
    ["a re-export counts", "src/editor/ask.ts", `export * from "../chat/chatView";`, ["src/chat/chatView"]],
    ["past the router's door", "src/chat/chatView.ts", `import { pick } from "../router/pick";`, ["src/router/pick"]],
    [
      "the page asks the host",
      "src/webview/main.ts",
      `import { ApiKey } from "../config/apiKey";`,
      ["src/config/apiKey"],
    ],
    [
      "past the renderer's door",
      "src/webview/answer.tsx",
      `import { CodeFigure } from "./markdown/codeFigure";`,
      ["src/webview/markdown/codeFigure"],
    ],
    ["whole zod", "src/router/openrouter.ts", `import { z } from "zod";`, ["zod"]],
    ["what is allowed", "src/editor/ask.ts", `import * as vscode from "vscode";\nimport "../context/files";`, []],
  ];
  for (const [what, file, text, found] of samples) {
    it(`are seen when broken: ${what}`, () => {
      assert.deepEqual(
        violations(file, text),
        found.map((target) => `${file} imports ${target}`),
      );
    });
  }

  it("are seen when a file belongs to no room", () => {
    assert.deepEqual(violations("src/utils.ts", ""), ["src/utils.ts has no row in the table"]);
  });
});
