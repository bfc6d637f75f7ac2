import type { Files } from "../../support/gitDiff";

/** A finding as a model answers it: at the line `at`, or with `at` absent about something that the changes do not have. */
export interface ScriptedFinding {
  readonly file: string;
  readonly line: number;
  readonly quote: string;
  /** The line where it must be shown. */
  readonly at?: number;
}

/** A change with a bug, and a review of it that is half made up. */
export interface PlantedBug {
  readonly name: string;
  readonly before: Files;
  readonly after: Files;
  readonly findings: readonly ScriptedFinding[];
}

const lines = (...all: string[]): string => `${all.join("\n")}\n`;
const numbered = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => `const value${from + index} = ${from + index};`);

const sum = ["export function sum(list: number[]): number {", "  let total = 0;"];
const sumEnd = ["    total += list[i];", "  }", "  return total;", "}"];
const greet = ["export function greet(user?: User): string {", "  const name = user.name;", "  return name;", "}"];

export const plantedBugs: readonly PlantedBug[] = [
  {
    name: "a loop that reads one element too many",
    before: { "src/sum.ts": lines(...sum, "  for (let i = 0; i < list.length; i++) {", ...sumEnd) },
    after: { "src/sum.ts": lines(...sum, "  for (let i = 0; i <= list.length; i++) {", ...sumEnd) },
    findings: [
      { file: "src/sum.ts", line: 3, quote: "for (let i = 0; i <= list.length; i++) {", at: 3 },
      { file: "src/sum.ts", line: 3, quote: "for (let i = 1; i < list.length; i++) {" },
    ],
  },
  {
    name: "a removed check",
    before: { "src/greet.ts": lines(greet[0]!, '  if (!user) return "nobody";', ...greet.slice(1)) },
    after: { "src/greet.ts": lines(...greet) },
    findings: [
      { file: "src/greet.ts", line: 2, quote: "const name = user.name;", at: 2 },
      { file: "src/greet.ts", line: 2, quote: 'if (!user) return "nobody";' },
    ],
  },
  {
    name: "a file with Windows line ends",
    before: { "price.cs": "int a = 1;\r\nint b = 2;\r\nint c = 3;\r\n" },
    after: { "price.cs": "int a = 1;\r\nint b = a / 0;\r\nint c = 3;\r\n" },
    findings: [
      { file: "price.cs", line: 2, quote: "int b = a / 0;", at: 2 },
      { file: "price.cs", line: 3, quote: "int c = 3;" },
    ],
  },
  {
    name: "a renamed file",
    before: { "old/basket.ts": lines(...numbered(1, 20)) },
    after: { "new/basket.ts": lines(...numbered(1, 9), "const value10 = NaN;", ...numbered(11, 20)) },
    findings: [
      { file: "new/basket.ts", line: 10, quote: "const value10 = NaN;", at: 10 },
      { file: "old/basket.ts", line: 10, quote: "const value10 = 10;" },
    ],
  },
  {
    name: "a deleted file beside a change",
    before: { "a.ts": lines("export const a = 1;"), "gone.ts": lines("export const gone = true;") },
    after: { "a.ts": lines("export const a = gone;") },
    findings: [
      { file: "a.ts", line: 1, quote: "export const a = gone;", at: 1 },
      { file: "gone.ts", line: 1, quote: "export const gone = true;" },
    ],
  },
  {
    name: "emoji in the name and the code",
    before: { "src/🦊.ts": lines('const fox = "🦊";', 'const bear = "🐻";') },
    after: { "src/🦊.ts": lines('const fox = "🦊";', 'const bear = fox[0] + "👩‍👩‍👧‍👦";') },
    findings: [
      { file: "src/🦊.ts", line: 2, quote: 'const bear = fox[0] + "👩‍👩‍👧‍👦";', at: 2 },
      { file: "src/🦊.ts", line: 2, quote: 'const bear = "🐨";' },
    ],
  },
  {
    name: "accents, spaces and quotes in names",
    before: { 'Größe "neu" ä.ts': lines("const größe = 1;"), "my file.ts": lines("const mine = 1;") },
    after: { 'Größe "neu" ä.ts': lines("const größe = 1 / 0;"), "my file.ts": lines("const mine = yours;") },
    findings: [
      { file: 'Größe "neu" ä.ts', line: 1, quote: "const größe = 1 / 0;", at: 1 },
      { file: "my file.ts", line: 1, quote: "const mine = yours;", at: 1 },
      { file: "Größe.ts", line: 1, quote: "const größe = 1 / 0;" },
      { file: "file.ts", line: 1, quote: "const mine = yours;" },
    ],
  },
  {
    name: "a new file",
    before: { "a.ts": lines("export {};") },
    after: { "a.ts": lines("export {};"), "src/login.ts": lines("export const isAdmin = true;", "// later") },
    findings: [
      { file: "src/login.ts", line: 1, quote: "export const isAdmin = true;", at: 1 },
      { file: "src/login.ts", line: 3, quote: "export const password = 1;" },
    ],
  },
  {
    name: "lines that the model counts wrong",
    before: { "long.ts": lines(...numbered(1, 60)) },
    after: {
      "long.ts": lines(...numbered(1, 9), "open(file);", ...numbered(10, 49), "close(undefined);", ...numbered(50, 60)),
    },
    findings: [
      { file: "long.ts", line: 4, quote: "close(undefined);", at: 51 },
      { file: "long.ts", line: 9, quote: "close(file);" },
      { file: "long.ts", line: 1, quote: "open(file);", at: 10 },
      { file: "long.ts", line: 30, quote: "const value30 = 30;" },
    ],
  },
  {
    name: "the same line twice",
    before: { "twice.ts": lines(...numbered(1, 40)) },
    after: { "twice.ts": lines("retry();", ...numbered(1, 40), "retry();") },
    findings: [
      { file: "twice.ts", line: 42, quote: "retry();", at: 42 },
      { file: "twice.ts", line: 20, quote: "retry();" },
    ],
  },
  {
    name: "indentation that matters",
    before: {
      "report.py": lines("def total(rows):", "    s = 0", "    for row in rows:", "        s += row", "    return s"),
    },
    after: {
      "report.py": lines(
        "def total(rows):",
        "    s = 0",
        "    for row in rows:",
        "        s += row",
        "        return s",
      ),
    },
    findings: [
      { file: "report.py", line: 5, quote: "return s", at: 5 },
      { file: "report.py", line: 4, quote: "s += row" },
    ],
  },
  {
    name: "a file without a line break at its end",
    before: { "end.json": '{\n  "retries": 3\n}' },
    after: { "end.json": '{\n  "retries": -1\n}' },
    findings: [
      { file: "end.json", line: 2, quote: '"retries": -1', at: 2 },
      { file: "end.json", line: 4, quote: "No newline at end of file" },
    ],
  },
  {
    name: "unchanged lines around the bug",
    before: { "around.ts": lines(...numbered(1, 7)) },
    after: { "around.ts": lines(...numbered(1, 3), "const value4 = null!;", ...numbered(5, 7)) },
    findings: [
      { file: "around.ts", line: 4, quote: "const value4 = null!;", at: 4 },
      { file: "around.ts", line: 3, quote: "const value3 = 3;" },
    ],
  },
  {
    name: "the same file in two folders",
    before: { "app/src/price.ts": lines("let price = 1;"), "lib/src/price.ts": lines("let price = 2;") },
    after: { "app/src/price.ts": lines("let price = -1;"), "lib/src/price.ts": lines("let price = -2;") },
    findings: [
      { file: "lib/src/price.ts", line: 1, quote: "let price = -2;", at: 1 },
      { file: "price.ts", line: 1, quote: "let price = -1;" },
      { file: "b/app/src/price.ts", line: 1, quote: "let price = -1;", at: 1 },
      { file: "app/src/price.ts", line: 1, quote: "let price = -2;" },
    ],
  },
  {
    name: "quotes with the numbers and signs of the prompt",
    before: { "sign.ts": lines(...numbered(1, 12)) },
    after: { "sign.ts": lines(...numbered(1, 11), "const value12 = value13;") },
    findings: [
      { file: "sign.ts", line: 12, quote: "12 + const value12 = value13;", at: 12 },
      { file: "sign.ts", line: 12, quote: "12 + const value12 = 12;" },
    ],
  },
  {
    name: "quotes with other spaces, and of a part of the line",
    before: { "tabs.go": lines("func f() {", "\treturn", "}") },
    after: { "tabs.go": lines("func f() {", "\tif err  !=  nil {\t\treturn nil }", "\treturn", "}") },
    findings: [
      { file: "./tabs.go", line: 2, quote: "if err != nil { return nil }", at: 2 },
      { file: "tabs.go", line: 2, quote: "if err == nil { return nil }" },
    ],
  },
  {
    name: "a shell script",
    before: { "run.sh": lines("#!/bin/sh", "rm -rf ./build") },
    after: { "run.sh": lines("#!/bin/sh", 'rm -rf "$1/"') },
    findings: [
      { file: "run.sh", line: 2, quote: 'rm -rf "$1/"', at: 2 },
      { file: "run.sh", line: 1, quote: "#!/bin/sh" },
    ],
  },
  {
    name: "lines that look like the headers of a diff",
    before: { "drop.sql": lines("-- a/users", "select 1;", "++ b/users", "@@ -1 +1 @@") },
    after: { "drop.sql": lines("select 1;", "++ b/accounts", "drop table accounts;", "@@ -2 +2 @@") },
    findings: [
      { file: "drop.sql", line: 3, quote: "drop table accounts;", at: 3 },
      { file: "users", line: 1, quote: "select 1;" },
    ],
  },
  {
    name: "a very long line, quoted up to where it was cut",
    before: { "data.ts": lines('export const data = "";') },
    after: { "data.ts": lines("export {};", `export const data = "${"ab".repeat(3_000)}";`) },
    findings: [
      { file: "data.ts", line: 2, quote: `export const data = "${"ab".repeat(400)}…`, at: 2 },
      { file: "data.ts", line: 2, quote: `export const data = "${"ba".repeat(400)}…` },
    ],
  },
  {
    name: "several bugs of one file, in several hunks",
    before: { "hunks.ts": lines(...numbered(1, 90)) },
    after: {
      "hunks.ts": lines("first();", ...numbered(2, 40), "const value41 = eval(input);", ...numbered(43, 89), "last(;"),
    },
    findings: [
      { file: "hunks.ts", line: 1, quote: "first();", at: 1 },
      { file: "hunks.ts", line: 42, quote: "const value41 = eval(input);", at: 41 },
      { file: "hunks.ts", line: 89, quote: "last(;", at: 89 },
      { file: "hunks.ts", line: 41, quote: "const value42 = 42;" },
      { file: "hunks.ts", line: 90, quote: "const value90 = 90;" },
      { file: "other.ts", line: 1, quote: "first();" },
    ],
  },
];
