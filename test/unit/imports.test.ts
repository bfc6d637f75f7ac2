import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import ts from "typescript";
import { projectRoot } from "../support/projectRoot";

const leaves = String.raw`src/(manifest|lifecycle|timeFormat|machineName|notifications|iconLabels|inputBoxes|visibleText|iconText|escapeMarkdown|escapeMessage|failureAction|failureCommand|failureMessages|modelNames|virtualDocuments)$`;
const routerIndex = String.raw`src/router/index$`;

interface ImportRule {
  /** The files that the rule applies to. */
  file: RegExp;
  /** Allowed imports, including types: paths from the project root without extension, or package names. */
  imports: readonly string[];
  /** Whether they may import `vscode`. All others run in tests without it. */
  vscode?: boolean;
}

/** The allowed imports between folders. The first rule that matches a file applies. */
const rules: readonly ImportRule[] = [
  // Files without dependencies on other folders
  { file: /^src\/(manifest|lifecycle|visibleText|failureAction)\.ts$/, imports: [] },
  { file: /^src\/(iconText|escapeMarkdown|escapeMessage)\.ts$/, imports: ["src/(visibleText|iconText)$"] },
  { file: /^src\/context\/(attachment|fence|lineRange)\.ts$/, imports: [] },
  { file: /^src\/context\/projectTools\.ts$/, imports: [routerIndex] },
  { file: /^src\/context\/attachmentIcons\.ts$/, imports: ["src/context/attachment$"] },
  {
    file: /^src\/(notifications|iconLabels|inputBoxes)\.ts$/,
    imports: ["src/(visibleText|iconText|escapeMessage)$"],
    vscode: true,
  },
  { file: /^src\/virtualDocuments\.ts$/, imports: ["src/lifecycle$"], vscode: true },
  { file: /^src\/failureCommand\.ts$/, imports: ["src/(failureAction|manifest)$"], vscode: true },
  { file: /^src\/(machineName|timeFormat)\.ts$/, imports: ["@vscode/l10n$"] },
  { file: /^src\/failureMessages\.ts$/, imports: ["@vscode/l10n$", "src/(failureAction|failureRows)$", routerIndex] },
  { file: /^src\/failureRows\.ts$/, imports: ["@vscode/l10n$", "src/(timeFormat|failureAction)$", routerIndex] },
  { file: /^src\/modelNames\.ts$/, imports: ["src/lifecycle$", routerIndex] },
  { file: /^src\/log\.ts$/, imports: [routerIndex] },
  { file: /^src\/http\.ts$/, imports: ["undici$", "node:", "src/config/", "src/lifecycle$", routerIndex] },

  // The router, which is a library
  {
    file: /^src\/router\//,
    imports: ["src/router/", "node:", "zod/mini$", "eventsource-parser$", String.raw`ajv/dist/2020\.js$`],
  },

  // The chat page
  {
    file: /^src\/webview\/markdown(\.ts$|\/)/,
    imports: ["src/webview/markdown/", "marked$", "dompurify$", "highlight.js(/|$)", "temml(/|$)"],
  },
  {
    file: /^src\/webview\//,
    imports: [
      "src/webview/(?!markdown/)",
      "src/chat/page/protocol$",
      "src/(failureAction|visibleText|manifest)$",
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
    imports: [
      "src/chat/conversation/",
      "src/context/(attachment|redactSecrets)$",
      "src/failureMessages$",
      routerIndex,
      "@vscode/l10n$",
    ],
  },
  {
    file: /^src\/chat\/storage\//,
    imports: [
      "src/chat/(storage|conversation)/",
      "src/config/fileLock$",
      "src/context/(attachment|attachmentText|fence)$",
      "src/(lifecycle|failureMessages)$",
      routerIndex,
      "node:",
      "zod/mini$",
      "@vscode/l10n$",
    ],
  },
  {
    file: /^src\/chat\/session\//,
    imports: [
      "src/chat/(session|storage|conversation)/",
      "src/context/(attachment|attachmentText|outgoingAttachment|outgoingText|projectTools|secretsCheck)$",
      "src/(lifecycle|timeFormat|failureMessages)$",
      routerIndex,
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
      routerIndex,
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
      routerIndex,
      "node:",
      "@vscode/l10n$",
    ],
    vscode: true,
  },
  {
    file: /^src\/chat\/chatView\.ts$/,
    imports: ["src/chat/", "src/context/", leaves, routerIndex, "node:"],
    vscode: true,
  },

  // The editor features
  {
    file: /^src\/config\//,
    imports: ["src/config/", leaves, routerIndex, "node:", "zod/mini$", "@vscode/l10n$"],
    vscode: true,
  },
  {
    file: /^src\/context\//,
    imports: ["src/(context|config)/", leaves, routerIndex, "node:", "@vscode/l10n$", "ignore$"],
    vscode: true,
  },
  {
    file: /^src\/proposals\//,
    imports: ["src/(proposals|context|config)/", leaves, routerIndex, "node:", "diff$", "@vscode/l10n$"],
    vscode: true,
  },
  {
    file: /^src\/commands\//,
    imports: ["src/(commands|context|proposals|config)/", leaves, routerIndex, "node:", "@vscode/l10n$"],
    vscode: true,
  },
  {
    file: /^src\/connect\//,
    imports: ["src/(connect|config)/", "src/context/secretsCheck$", leaves, routerIndex, "node:", "@vscode/l10n$"],
    vscode: true,
  },
  {
    file: /^src\/status\//,
    imports: ["src/(status|config)/", leaves, routerIndex, "node:", "@vscode/l10n$"],
    vscode: true,
  },

  // Questions about the project
  {
    file: /^src\/project\/(worker|searchServer|projectIndex|searchIndex|identifiers|segment|chunkTable|chunks|chooseChunks|selectedNames|queryTerms|vocabulary|words|workerMessages)\.ts$/,
    imports: ["src/project/", "node:(worker_threads|fs/promises)$", routerIndex],
  },
  {
    file: /^src\/project\/projectWorker\.ts$/,
    imports: ["src/project/workerMessages$", "node:worker_threads$", leaves],
  },
  { file: /^src\/project\/tools\/toolPath\.ts$/, imports: ["src/context/windowsNames$"] },
  {
    file: /^src\/project\/tools\/(projectTool|toolParameters)\.ts$/,
    imports: ["src/project/tools/toolParameters$", "src/context/projectTools$", routerIndex],
  },
  {
    file: /^src\/project\/tools\//,
    imports: ["src/(project|context)/", leaves, routerIndex, "node:(fs/promises|path)$"],
    vscode: true,
  },
  {
    file: /^src\/project\//,
    imports: ["src/(project|context)/", leaves, routerIndex, "node:timers/promises$"],
    vscode: true,
  },

  // Reviews of changes
  {
    file: /^src\/review\/(changedFiles|reviewParts|answeredFindings|reviewRequest|checkedReview|askForFindings|checkFindings|rankFindings|compareReviews|reviewOutcome|locateLine|reviewMessages)\.ts$/,
    imports: [
      "src/review/",
      "src/context/(diffBudget|location|outgoingText|secretsCheck)$",
      "src/visibleText$",
      routerIndex,
      "@vscode/l10n$",
      "diff$",
    ],
  },
  { file: /^src\/review\//, imports: ["src/(review|context)/", leaves, routerIndex, "node:crypto$"], vscode: true },

  // The models in VS Code's own chat
  {
    file: /^src\/languageModels\/(chatProvider|hostParts|modelInformation|answerSink|askPermission|manageAccess|requesterRows|openBuiltInChat|useInChat|agentLimit|readChatState|showChatFindings|moveBesideChat)\.ts$/,
    imports: ["src/languageModels/", leaves, routerIndex],
    vscode: true,
  },
  {
    file: /^src\/languageModels\//,
    imports: [
      "src/languageModels/",
      "src/context/(secretsCheck|outgoingText|secretPlaceholders)$",
      leaves,
      routerIndex,
      "@vscode/l10n$",
      "zod/mini$",
    ],
  },

  // Composition
  {
    file: /^src\/features\//,
    imports: ["src/(?!router/|webview/|extension$)", routerIndex, "node:path$"],
    vscode: true,
  },
  { file: /^src\/testApi\.ts$/, imports: ["src/(chat|config|features|languageModels|status)/"] },
  {
    file: /^src\/extension\.ts$/,
    imports: ["src/(?!router/|webview/|chat/|context/|connect/)", "@vscode/l10n$"],
    vscode: true,
  },
];

/** The imports of a file, including types and dynamic imports: paths from the project root, or package names. */
function importsOf(file: string, text: string): string[] {
  return ts
    .preProcessFile(text, true, true)
    .importedFiles.map(({ fileName }) =>
      fileName.startsWith(".") ? path.posix.join(path.posix.dirname(file), fileName) : fileName,
    );
}

/** The imports of a file that no rule allows. */
function violations(file: string, text: string): string[] {
  const rule = rules.find((each) => each.file.test(file));
  if (!rule) return [`${file} has no import rule`];
  const isAllowed = (target: string): boolean =>
    target === "vscode"
      ? rule.vscode === true
      : rule.imports.some((allowed) => new RegExp(`^(?:${allowed})`).test(target));
  return importsOf(file, text)
    .filter((target) => !isAllowed(target))
    .map((target) => `${file} imports ${target}`);
}

/** The import cycles, each as a list of files. `graph` maps a file to its imports. */
function cyclesIn(graph: ReadonlyMap<string, readonly string[]>): string[][] {
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
  const cycles = new Map<string, string[]>();
  for (const [file, seen] of reach) {
    if (!seen.has(file)) continue;
    const cycle = [...seen].filter((other) => reach.get(other)?.has(file)).sort();
    cycles.set(cycle.join(), cycle);
  }
  return [...cycles.values()];
}

describe("imports between folders", () => {
  const files = globSync("src/**/*.{ts,tsx}", { cwd: projectRoot }).map((file) => file.split(path.sep).join("/"));
  const textOf = (file: string): string => readFileSync(path.join(projectRoot, file), "utf8");

  test("follow the rules in every file", () => {
    assert.ok(files.length > 200, `only ${files.length} files found`);
    assert.deepEqual(
      files.flatMap((file) => violations(file, textOf(file))),
      [],
    );
  });

  test("form no cycle", () => {
    const known = new Set(files);
    const graph = files.map((file): [string, string[]] => [
      file,
      importsOf(file, textOf(file)).flatMap((target) =>
        [`${target}.ts`, `${target}.tsx`].filter((each) => known.has(each)),
      ),
    ]);
    assert.deepEqual(cyclesIn(new Map(graph)), []);
  });

  test("match every rule at least once", () => {
    const unused = rules.filter((rule) => !files.some((file) => rules.find((each) => each.file.test(file)) === rule));
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
    [
      "bypassing the router's index",
      "src/chat/chatView.ts",
      `import { pick } from "../router/pick";`,
      ["src/router/pick"],
    ],
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
      "bypassing the renderer's entry file",
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

  test("finds a file without a rule", () => {
    assert.deepEqual(violations("src/utils.ts", ""), ["src/utils.ts has no import rule"]);
  });

  test("finds cycles", () => {
    const graph = new Map([
      ["a", ["b"]],
      ["b", ["c"]],
      ["c", ["b", "d"]],
      ["d", []],
    ]);
    assert.deepEqual(cyclesIn(graph), [["b", "c"]]);
  });
});
