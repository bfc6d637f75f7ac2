import assert from "node:assert/strict";
import * as vscode from "vscode";
import { openNewFile, selectLines, undo } from "./editors";
import { fencedCode, proposalTab, requestEdit, startEdit, waitForNoProposal } from "./proposals";
import { setUpSuite } from "./suiteSetup";

interface Step {
  /** The first and last line to edit, counted from 1 in the text after the preceding steps. */
  lines: [first: number, last: number];
  /** The answer of the model. */
  answer: string;
  /** The lines that replace the edited ones. */
  result: string[];
}

interface Sample {
  name: string;
  eol: "\n" | "\r\n";
  /** The lines. The last one is empty if the text ends with a line break. */
  text: string[];
  steps: Step[];
}

const samples: Sample[] = [
  {
    name: "basket.ts",
    eol: "\n",
    text: [
      ...['import { price } from "./price";', "", "export class Basket {", "  total(): number {"],
      ...[
        "    let sum = 0;",
        "    for (const line of this.lines) sum += price(line);",
        "    return sum;",
        "  }",
        "}",
        "",
      ],
    ],
    steps: [
      {
        // Without the common indentation, and surrounded by prose.
        lines: [4, 8],
        answer: `Sure!\n\n${fencedCode("typescript", "total(): number {\n  return sum(this.lines.map(price));\n}")}\n\nShorter, isn't it?`,
        result: ["  total(): number {", "    return sum(this.lines.map(price));", "  }"],
      },
      {
        lines: [1, 1],
        answer: fencedCode("ts", 'import { price } from "./price";\nimport { sum } from "./sum";'),
        result: ['import { price } from "./price";', 'import { sum } from "./sum";'],
      },
      {
        // With tabs instead of spaces, and with empty lines at both ends.
        lines: [5, 7],
        answer: fencedCode("", "\n\ttotal(): number {\n\t\treturn sum(this.prices);\n\t}\n\n"),
        result: ["  total(): number {", "    return sum(this.prices);", "  }"],
      },
      {
        lines: [2, 2],
        answer: "~~~ts\n\n~~~",
        result: [],
      },
      {
        // With an emoji of several code points, and right-to-left text.
        lines: [6, 6],
        answer: fencedCode("ts", "  } // 👩‍👩‍👧 שלום"),
        result: ["  } // 👩‍👩‍👧 שלום"],
      },
    ],
  },
  {
    name: "shipping.ts",
    eol: "\r\n",
    text: ["function a() {", "\tif (x) {", "\t\treturn 1;", "\t}", "}", "", "function b() {", "\treturn 2;", "}"],
    steps: [
      {
        // With spaces instead of tabs, and LF line endings.
        lines: [2, 4],
        answer: fencedCode("ts", "if (x) {\n    log(x);\n    return 1;\n}"),
        result: ["\tif (x) {", "\t\tlog(x);", "\t\treturn 1;", "\t}"],
      },
      { lines: [10, 10], answer: fencedCode("ts", "}\nb();"), result: ["}", "b();"] },
      { lines: [11, 11], answer: fencedCode("ts", "b(1);"), result: ["b(1);"] },
      {
        lines: [8, 11],
        answer: fencedCode("ts", "function b() {\r\n\treturn 3;\r\n}"),
        result: ["function b() {", "\treturn 3;", "}"],
      },
      { lines: [1, 7], answer: `<think>Hm. Shorter?</think>\n${fencedCode("ts", "a();\n")}`, result: ["a();", ""] },
    ],
  },
  {
    name: "report.py",
    eol: "\n",
    text: [
      "import csv",
      "",
      "def total(rows):",
      "    sum = 0",
      "    for row in rows:",
      "        sum += row[1]",
      "    return sum",
    ],
    steps: [
      {
        lines: [4, 7],
        answer: fencedCode("python", "return builtins.sum(row[1] for row in rows)"),
        result: ["    return builtins.sum(row[1] for row in rows)"],
      },
      {
        lines: [3, 3],
        answer: fencedCode("py", 'def total(rows):\n    """Adds the second column."""'),
        result: ["def total(rows):", '    """Adds the second column."""'],
      },
      {
        lines: [1, 1],
        answer: fencedCode("python", "import builtins\nimport csv"),
        result: ["import builtins", "import csv"],
      },
      {
        lines: [5, 6],
        answer: fencedCode("python", '    """Adds."""\n    # Nothing yet...\n    return 0'),
        result: ['    """Adds."""', "    # Nothing yet...", "    return 0"],
      },
      {
        lines: [7, 7],
        answer: fencedCode("python", "    return 0\n\n\ntotal([])"),
        result: ["    return 0", "", "", "total([])"],
      },
    ],
  },
  {
    name: "monthly.py",
    eol: "\r\n",
    text: ["class A:", "\tdef f(self):", "\t\tpass", "", "\tdef g(self):", "\t\tpass", ""],
    steps: [
      {
        lines: [2, 3],
        answer: fencedCode("python", "    def f(self):\n        return 1"),
        result: ["\tdef f(self):", "\t\treturn 1"],
      },
      { lines: [6, 6], answer: fencedCode("python", "return 2"), result: ["\t\treturn 2"] },
      { lines: [4, 4], answer: fencedCode("python", "# between"), result: ["# between"] },
      { lines: [1, 1], answer: fencedCode("python", "class A(B):"), result: ["class A(B):"] },
      { lines: [1, 6], answer: fencedCode("python", "A = B"), result: ["A = B"] },
    ],
  },
  {
    name: "README.md",
    eol: "\n",
    text: ["# Shop", "", "Run it:", "", "```sh", "npm start", "```", "", "- one", "- two"],
    steps: [
      {
        // With a fenced block inside the fenced block.
        lines: [3, 7],
        answer: fencedCode("markdown", "Start it:\n\n```sh\nnpm ci\nnpm start\n```"),
        result: ["Start it:", "", "```sh", "npm ci", "npm start", "```"],
      },
      { lines: [10, 11], answer: fencedCode("md", "- one\n- two\n- three"), result: ["- one", "- two", "- three"] },
      { lines: [1, 1], answer: "````markdown\n# Shop 🛒\n````", result: ["# Shop 🛒"] },
      { lines: [12, 12], answer: fencedCode("", "- שלוש"), result: ["- שלוש"] },
      { lines: [10, 12], answer: fencedCode("markdown", "1. one\n2. two"), result: ["1. one", "2. two"] },
    ],
  },
  {
    name: "notes.md",
    eol: "\r\n",
    text: ["Prices are net.", "", "| a | b |", "| - | - |", "", "مرحبا 🌍", ""],
    steps: [
      { lines: [3, 4], answer: fencedCode("markdown", "| a |\n| - |"), result: ["| a |", "| - |"] },
      { lines: [6, 6], answer: fencedCode("markdown", "مرحبا بالعالم 🌍🌏"), result: ["مرحبا بالعالم 🌍🌏"] },
      {
        lines: [1, 1],
        answer: fencedCode("markdown", "Prices are gross.\n\nNearly all."),
        result: ["Prices are gross.", "", "Nearly all."],
      },
      { lines: [4, 4], answer: fencedCode("markdown", "***"), result: ["***"] },
      { lines: [1, 8], answer: fencedCode("markdown", "Nothing is left."), result: ["Nothing is left."] },
    ],
  },
];

describe("Edits of various files", () => {
  const context = setUpSuite();

  for (const { name, eol, text, steps } of samples)
    test(`applies ${steps.length} edits to ${name} with ${eol === "\n" ? "LF" : "CRLF"} and undoes them one by one`, async () => {
      const editor = await openNewFile(name, text.join(eol));
      const states = [text];
      for (const { lines, answer, result } of steps) {
        await selectLines(editor, ...lines);
        await requestEdit(context.openRouter, answer);
        assert.ok(proposalTab(), `no diff: ${answer}`);
        await vscode.commands.executeCommand("freeModels.acceptEdit");
        states.push([...states.at(-1)!.slice(0, lines[0] - 1), ...result, ...states.at(-1)!.slice(lines[1])]);
        assert.equal(editor.document.getText(), states.at(-1)!.join(eol));
      }
      for (const state of states.slice(0, -1).reverse()) {
        await undo(editor.document);
        assert.equal(editor.document.getText(), state.join(eol));
      }
      assert.equal(context.openRouter.chatRequests.length, steps.length);
    });

  for (const { name, eol, text, steps } of samples)
    test(`merges an edit of ${name} with ${eol === "\n" ? "LF" : "CRLF"} with a change during the answer and undoes both`, async () => {
      const editor = await openNewFile(name, text.join(eol));
      const { document } = editor;
      const { lines, answer, result } = steps[0]!;
      await selectLines(editor, ...lines);
      const { ended } = await startEdit(context.openRouter, answer);
      const edit = new vscode.WorkspaceEdit();
      edit.insert(document.uri, new vscode.Position(0, 0), `new${eol}`);
      assert.ok(await vscode.workspace.applyEdit(edit));
      context.openRouter.release();
      await ended;
      await vscode.commands.executeCommand("freeModels.acceptEdit");
      const merged = ["new", ...text.slice(0, lines[0] - 1), ...result, ...text.slice(lines[1])];
      assert.equal(document.getText(), merged.join(eol));
      await undo(document);
      assert.equal(document.getText(), ["new", ...text].join(eol));
      await undo(document);
      assert.equal(document.getText(), text.join(eol));
    });

  const unusableAnswers: readonly [what: string, answer: string][] = [
    ["only prose", "It is fine as it is."],
    ["two code blocks", `${fencedCode("", "a = 1")}\n\nor\n\n${fencedCode("", "a = 2")}`],
    ["code in another language", fencedCode("csharp", "class A {}")],
    ["an incomplete code block", "```\na = 1\nb ="],
    ["prose with an unclosed fence", "Here:\n\n```"],
  ];
  for (const [what, answer] of unusableAnswers)
    test(`changes no file if the answer is ${what}`, async () => {
      for (const { name, eol, text } of [samples[1]!, samples[3]!]) {
        const editor = await openNewFile(name, text.join(eol));
        await selectLines(editor, 1, 3);
        await requestEdit(context.openRouter, answer);
        await waitForNoProposal();
        assert.equal(editor.document.getText(), text.join(eol));
        assert.equal(editor.document.isDirty, false);
      }
    });
});
