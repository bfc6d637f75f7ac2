import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import ts from "typescript";
import { projectRoot } from "../support/projectRoot";

const leaves = String.raw`src/(manifest|lifecycle|timeFormat|notifications|escapeMessage|failureAction|failureMessages)$`;
const door = String.raw`src/router/index$`;

interface Row {
  /** The files that the row is about. */
  file: RegExp;
  /** What they may import, types included: paths from the project's root without an ending, packages by name. */
  imports: readonly string[];
  /** Whether they may import `vscode`; the others run in tests without it. */
  vscode?: boolean;
}

/** The arrows between the rooms. The first row that fits a file decides. */
const rows: readonly Row[] = [
  // Leaves
  { file: /^src\/(manifest|lifecycle|timeFormat|escapeMessage|failureAction)\.ts$/, imports: [] },
  { file: /^src\/context\/(attachment|fence|lineRange)\.ts$/, imports: [] },
  { file: /^src\/context\/attachmentIcons\.ts$/, imports: ["src/context/attachment$"] },
  { file: /^src\/notifications\.ts$/, imports: ["src/escapeMessage$"], vscode: true },
  { file: /^src\/failureMessages\.ts$/, imports: ["@vscode/l10n$", "src/(timeFormat|failureAction)$", door] },
  { file: /^src\/log\.ts$/, imports: [door] },
  { file: /^src\/http\.ts$/, imports: ["undici$", "node:", "src/config/", "src/lifecycle$"] },

  // The router, a library
  {
    file: /^src\/router\//,
    imports: ["src/router/", "node:", "zod/mini$", "eventsource-parser$", String.raw`ajv/dist/2020\.js$`],
  },

  // The page
  {
    file: /^src\/webview\/markdown(\.ts$|\/)/,
    imports: ["src/webview/markdown/", "marked$", "dompurify$", "highlight.js(/|$)"],
  },
  {
    file: /^src\/webview\//,
    imports: [
      "src/webview/(?!markdown/)",
      "src/chat/page/protocol$",
      "src/failureAction$",
      "src/context/(attachment|attachmentIcons)$",
      "preact(/|$)",
      "@preact/signals$",
      "@vscode/codicons(/|$)",
      "@vscode/l10n$",
    ],
  },

  // The chat: conversation <- storage <- session <- page and history <- chatView
  {
    file: /^src\/chat\/conversation\//,
    imports: ["src/chat/conversation/", "src/context/attachment$", "src/failureMessages$", door, "@vscode/l10n$"],
  },
  {
    file: /^src\/chat\/storage\//,
    imports: [
      "src/chat/(storage|conversation)/",
      "src/context/(attachment|attachmentText)$",
      "src/(lifecycle|failureMessages)$",
      door,
      "node:",
      "zod/mini$",
      "@vscode/l10n$",
    ],
  },
  {
    file: /^src\/chat\/session\//,
    imports: [
      "src/chat/(session|storage|conversation)/",
      "src/context/(attachment|attachmentText)$",
      "src/(lifecycle|timeFormat|failureMessages)$",
      door,
      "node:",
      "@vscode/l10n$",
    ],
  },
  {
    file: /^src\/chat\/page\/protocol\.ts$/,
    imports: [
      "src/chat/conversation/answerStatus$",
      "src/chat/session/sendWarning$",
      "src/context/attachment$",
      "src/failureAction$",
      "zod/mini$",
    ],
  },
  {
    file: /^src\/chat\/page\//,
    imports: [
      "src/chat/(page|session|storage|conversation)/",
      "src/(context|proposals)/",
      leaves,
      door,
      "node:",
      "@vscode/l10n$",
    ],
    vscode: true,
  },
  {
    file: /^src\/chat\/history\//,
    imports: [
      "src/chat/(history|session|storage|conversation)/",
      "src/context/",
      leaves,
      door,
      "node:",
      "@vscode/l10n$",
    ],
    vscode: true,
  },
  {
    file: /^src\/chat\/chatView\.ts$/,
    imports: ["src/chat/", "src/context/", leaves, door, "node:"],
    vscode: true,
  },

  // The rooms around the editor
  {
    file: /^src\/config\//,
    imports: ["src/config/", leaves, door, "node:", "zod/mini$", "@vscode/l10n$"],
    vscode: true,
  },
  {
    file: /^src\/context\//,
    imports: ["src/(context|config)/", leaves, door, "node:", "@vscode/l10n$"],
    vscode: true,
  },
  {
    file: /^src\/proposals\//,
    imports: ["src/(proposals|context|config)/", leaves, door, "node:", "diff$", "@vscode/l10n$"],
    vscode: true,
  },
  {
    file: /^src\/commands\//,
    imports: ["src/(commands|context|proposals|config)/", leaves, door, "node:", "@vscode/l10n$"],
    vscode: true,
  },
  {
    file: /^src\/connect\//,
    imports: ["src/(connect|config)/", leaves, door, "node:", "@vscode/l10n$"],
    vscode: true,
  },
  {
    file: /^src\/status\//,
    imports: ["src/(status|config)/", leaves, door, "node:", "@vscode/l10n$"],
    vscode: true,
  },

  // What builds them
  { file: /^src\/features\//, imports: ["src/(?!router/|webview/|extension$)", door, "node:path$"], vscode: true },
  { file: /^src\/testApi\.ts$/, imports: ["src/(chat|config|features|status)/"] },
  {
    file: /^src\/extension\.ts$/,
    imports: ["src/(?!router/|webview/|chat/|context/|connect/)", "@vscode/l10n$"],
    vscode: true,
  },
];

/** The imports of a file, types and lazy ones too: paths from the project's root, packages by name. */
function importsOf(file: string, text: string): string[] {
  return ts
    .preProcessFile(text, true, true)
    .importedFiles.map(({ fileName }) =>
      fileName.startsWith(".") ? path.posix.join(path.posix.dirname(file), fileName) : fileName,
    );
}

/** The imports of a file that the table does not allow. */
function violations(file: string, text: string): string[] {
  const row = rows.find((each) => each.file.test(file));
  if (!row) return [`${file} has no row in the table`];
  const isAllowed = (target: string): boolean =>
    target === "vscode"
      ? row.vscode === true
      : row.imports.some((allowed) => new RegExp(`^(?:${allowed})`).test(target));
  return importsOf(file, text)
    .filter((target) => !isAllowed(target))
    .map((target) => `${file} imports ${target}`);
}

/** Files that import each other in a circle, each circle as a list; `graph` maps a file to those that it imports. */
function circlesIn(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const reachable = (from: string): Set<string> => {
    const seen = new Set<string>();
    const open = [...(graph.get(from) ?? [])];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (seen.has(next)) continue;
      seen.add(next);
      open.push(...(graph.get(next) ?? []));
    }
    return seen;
  };
  const reach = new Map([...graph.keys()].map((file) => [file, reachable(file)]));
  const circles = new Map<string, string[]>();
  for (const [file, seen] of reach) {
    if (!seen.has(file)) continue;
    const circle = [...seen].filter((other) => reach.get(other)?.has(file)).sort();
    circles.set(circle.join(), circle);
  }
  return [...circles.values()];
}

describe("the arrows between the rooms", () => {
  const files = globSync("src/**/*.{ts,tsx}", { cwd: projectRoot }).map((file) => file.split(path.sep).join("/"));
  const textOf = (file: string): string => readFileSync(path.join(projectRoot, file), "utf8");

  test("are kept by every file", () => {
    assert.ok(files.length > 200, `only ${files.length} files found`);
    assert.deepEqual(
      files.flatMap((file) => violations(file, textOf(file))),
      [],
    );
  });

  test("form no circle", () => {
    const known = new Set(files);
    const graph = files.map((file): [string, string[]] => [
      file,
      importsOf(file, textOf(file)).flatMap((target) =>
        [`${target}.ts`, `${target}.tsx`].filter((each) => known.has(each)),
      ),
    ]);
    assert.deepEqual(circlesIn(new Map(graph)), []);
  });

  test("are needed by every row of the table", () => {
    const unused = rows.filter((row) => !files.some((file) => rows.find((each) => each.file.test(file)) === row));
    assert.deepEqual(
      unused.map(({ file }) => String(file)),
      [],
    );
  });

  const samples: [what: string, file: string, text: string, found: string[]][] = [
    ["the router imports VS Code", "src/router/pick.ts", `import * as vscode from "vscode";`, ["vscode"]],
    ["a type counts", "src/router/pick.ts", `import type { Uri } from "vscode";`, ["vscode"]],
    ["storage imports VS Code", "src/chat/storage/trash.ts", `import * as vscode from "vscode";`, ["vscode"]],
    ["a lazy import counts", "src/chat/session/prompt.ts", `const late = await import("undici");`, ["undici"]],
    ["a re-export counts", "src/commands/ask.ts", `export * from "../chat/chatView";`, ["src/chat/chatView"]],
    ["past the router's door", "src/chat/chatView.ts", `import { pick } from "../router/pick";`, ["src/router/pick"]],
    [
      "from the session up to the page",
      "src/chat/session/session.ts",
      `import type { TurnView } from "../page/protocol";`,
      ["src/chat/page/protocol"],
    ],
    [
      "the page imports the host",
      "src/webview/main.ts",
      `import { ApiKey } from "../config/apiKey";`,
      ["src/config/apiKey"],
    ],
    [
      "past the renderer's door",
      "src/webview/answerItem.tsx",
      `import { CodeFigure } from "./markdown/codeFigure";`,
      ["src/webview/markdown/codeFigure"],
    ],
    ["the whole of zod", "src/router/openrouter.ts", `import { z } from "zod";`, ["zod"]],
    ["nothing wrong", "src/commands/ask.ts", `import * as vscode from "vscode";\nimport "../context/attachFiles";`, []],
  ];
  for (const [what, file, text, found] of samples) {
    test(`finds a violation: ${what}`, () => {
      assert.deepEqual(
        violations(file, text),
        found.map((target) => `${file} imports ${target}`),
      );
    });
  }

  test("finds a file that belongs to no room", () => {
    assert.deepEqual(violations("src/utils.ts", ""), ["src/utils.ts has no row in the table"]);
  });

  test("finds circles", () => {
    const graph = new Map([
      ["a", ["b"]],
      ["b", ["c"]],
      ["c", ["b", "d"]],
      ["d", []],
    ]);
    assert.deepEqual(circlesIn(graph), [["b", "c"]]);
  });
});
