import assert from "node:assert/strict";
import * as vscode from "vscode";
import { askEdit, codeOf, leaveEdits, newFile, proposalTab, selectLines, undo } from "./edits";
import { goodKey, openWorld, seen, type World } from "./suiteSetup";

interface Step {
  /** First and last line, counted from 1 in the text as the steps before left it. */
  lines: [first: number, last: number];
  /** What the model says. */
  answer: string;
  /** What stands there then. */
  becomes: string[];
}

interface Sample {
  name: string;
  eol: "\n" | "\r\n";
  /** The last one is empty where the text ends with a line end. */
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
        // Without the indentation that all lines share, among friendly words.
        lines: [4, 8],
        answer: `Sure!\n\n${codeOf("typescript", "total(): number {\n  return sum(this.lines.map(price));\n}")}\n\nShorter, isn't it?`,
        becomes: ["  total(): number {", "    return sum(this.lines.map(price));", "  }"],
      },
      {
        lines: [1, 1],
        answer: codeOf("ts", 'import { price } from "./price";\nimport { sum } from "./sum";'),
        becomes: ['import { price } from "./price";', 'import { sum } from "./sum";'],
      },
      {
        // Tabs for spaces, and empty lines at both ends.
        lines: [5, 7],
        answer: codeOf("", "\n\ttotal(): number {\n\t\treturn sum(this.prices);\n\t}\n\n"),
        becomes: ["  total(): number {", "    return sum(this.prices);", "  }"],
      },
      {
        lines: [2, 2],
        answer: "~~~ts\n\n~~~",
        becomes: [],
      },
      {
        // Emoji of several code points, and words from right to left.
        lines: [6, 6],
        answer: codeOf("ts", "  } // 👩‍👩‍👧 שלום"),
        becomes: ["  } // 👩‍👩‍👧 שלום"],
      },
    ],
  },
  {
    name: "shipping.ts",
    eol: "\r\n",
    text: ["function a() {", "\tif (x) {", "\t\treturn 1;", "\t}", "}", "", "function b() {", "\treturn 2;", "}"],
    steps: [
      {
        // Spaces for tabs, and line ends of Unix.
        lines: [2, 4],
        answer: codeOf("ts", "if (x) {\n    log(x);\n    return 1;\n}"),
        becomes: ["\tif (x) {", "\t\tlog(x);", "\t\treturn 1;", "\t}"],
      },
      { lines: [10, 10], answer: codeOf("ts", "}\nb();"), becomes: ["}", "b();"] },
      { lines: [11, 11], answer: codeOf("ts", "b(1);"), becomes: ["b(1);"] },
      {
        lines: [8, 11],
        answer: codeOf("ts", "function b() {\r\n\treturn 3;\r\n}"),
        becomes: ["function b() {", "\treturn 3;", "}"],
      },
      { lines: [1, 7], answer: `<think>Hm. Shorter?</think>\n${codeOf("ts", "a();\n")}`, becomes: ["a();", ""] },
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
        answer: codeOf("python", "return builtins.sum(row[1] for row in rows)"),
        becomes: ["    return builtins.sum(row[1] for row in rows)"],
      },
      {
        lines: [3, 3],
        answer: codeOf("py", 'def total(rows):\n    """Adds the second column."""'),
        becomes: ["def total(rows):", '    """Adds the second column."""'],
      },
      {
        lines: [1, 1],
        answer: codeOf("python", "import builtins\nimport csv"),
        becomes: ["import builtins", "import csv"],
      },
      {
        lines: [5, 6],
        answer: codeOf("python", '    """Adds."""\n    # Nothing yet...\n    return 0'),
        becomes: ['    """Adds."""', "    # Nothing yet...", "    return 0"],
      },
      {
        lines: [7, 7],
        answer: codeOf("python", "    return 0\n\n\ntotal([])"),
        becomes: ["    return 0", "", "", "total([])"],
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
        answer: codeOf("python", "    def f(self):\n        return 1"),
        becomes: ["\tdef f(self):", "\t\treturn 1"],
      },
      { lines: [6, 6], answer: codeOf("python", "return 2"), becomes: ["\t\treturn 2"] },
      { lines: [4, 4], answer: codeOf("python", "# between"), becomes: ["# between"] },
      { lines: [1, 1], answer: codeOf("python", "class A(B):"), becomes: ["class A(B):"] },
      { lines: [1, 6], answer: codeOf("python", "A = B"), becomes: ["A = B"] },
    ],
  },
  {
    name: "README.md",
    eol: "\n",
    text: ["# Shop", "", "Run it:", "", "```sh", "npm start", "```", "", "- one", "- two"],
    steps: [
      {
        // Fences within the fence.
        lines: [3, 7],
        answer: codeOf("markdown", "Start it:\n\n```sh\nnpm ci\nnpm start\n```"),
        becomes: ["Start it:", "", "```sh", "npm ci", "npm start", "```"],
      },
      { lines: [10, 11], answer: codeOf("md", "- one\n- two\n- three"), becomes: ["- one", "- two", "- three"] },
      { lines: [1, 1], answer: "````markdown\n# Shop 🛒\n````", becomes: ["# Shop 🛒"] },
      { lines: [12, 12], answer: codeOf("", "- שלוש"), becomes: ["- שלוש"] },
      { lines: [10, 12], answer: codeOf("markdown", "1. one\n2. two"), becomes: ["1. one", "2. two"] },
    ],
  },
  {
    name: "notes.md",
    eol: "\r\n",
    text: ["Prices are net.", "", "| a | b |", "| - | - |", "", "مرحبا 🌍", ""],
    steps: [
      { lines: [3, 4], answer: codeOf("markdown", "| a |\n| - |"), becomes: ["| a |", "| - |"] },
      { lines: [6, 6], answer: codeOf("markdown", "مرحبا بالعالم 🌍🌏"), becomes: ["مرحبا بالعالم 🌍🌏"] },
      {
        lines: [1, 1],
        answer: codeOf("markdown", "Prices are gross.\n\nNearly all."),
        becomes: ["Prices are gross.", "", "Nearly all."],
      },
      { lines: [4, 4], answer: codeOf("markdown", "***"), becomes: ["***"] },
      { lines: [1, 8], answer: codeOf("markdown", "Nothing is left."), becomes: ["Nothing is left."] },
    ],
  },
];

suite("Thirty edits", () => {
  let world: World;

  suiteSetup(async () => {
    world = await openWorld();
    await world.inside.apiKey.save(goodKey);
  });
  suiteTeardown(async () => {
    await world.inside.apiKey.forget();
    await world.close();
  });
  setup(() => world.openRouter.reset());
  teardown(() => leaveEdits(world));

  for (const { name, eol, text, steps } of samples)
    test(`${steps.length} of ${name}, with ${eol === "\n" ? "LF" : "CRLF"}, undone one by one`, async () => {
      const editor = await newFile(name, text.join(eol));
      const states = [text];
      for (const { lines, answer, becomes } of steps) {
        await selectLines(editor, ...lines);
        await askEdit(world, answer);
        assert.ok(proposalTab(), `no diff: ${answer}`);
        await vscode.commands.executeCommand("freeModels.acceptEdit");
        states.push([...states.at(-1)!.slice(0, lines[0] - 1), ...becomes, ...states.at(-1)!.slice(lines[1])]);
        assert.equal(editor.document.getText(), states.at(-1)!.join(eol));
      }
      for (const state of states.slice(0, -1).reverse()) {
        await undo(editor.document);
        assert.equal(editor.document.getText(), state.join(eol));
      }
      assert.equal(world.openRouter.chatRequests.length, steps.length);
    });

  for (const { name, eol, text, steps } of samples)
    test(`of ${name}, with ${eol === "\n" ? "LF" : "CRLF"}, which changes while it is written: merged, and both undone`, async () => {
      const editor = await newFile(name, text.join(eol));
      const { document } = editor;
      const { lines, answer, becomes } = steps[0]!;
      await selectLines(editor, ...lines);
      const [asked, held] = [world.openRouter.chatRequest(1), world.openRouter];
      held.setPace({ firstContentMs: 40 });
      const edited = askEdit(world, answer);
      await asked;
      const edit = new vscode.WorkspaceEdit();
      edit.insert(document.uri, new vscode.Position(0, 0), `new${eol}`);
      assert.ok(await vscode.workspace.applyEdit(edit));
      await edited;
      held.setPace({ firstContentMs: 0 });
      await vscode.commands.executeCommand("freeModels.acceptEdit");
      const merged = ["new", ...text.slice(0, lines[0] - 1), ...becomes, ...text.slice(lines[1])];
      assert.equal(document.getText(), merged.join(eol));
      await undo(document);
      assert.equal(document.getText(), ["new", ...text].join(eol));
      await undo(document);
      assert.equal(document.getText(), text.join(eol));
    });

  const none: readonly [what: string, answer: string][] = [
    ["words alone", "It is fine as it is."],
    ["two blocks", `${codeOf("", "a = 1")}\n\nor\n\n${codeOf("", "a = 2")}`],
    ["another language", codeOf("csharp", "class A {}")],
    ["half a block", "```\na = 1\nb ="],
    ["an empty fence beside words", "Here:\n\n```"],
  ];
  for (const [what, answer] of none)
    test(`an answer that is ${what}: no file of any kind is touched`, async () => {
      for (const { name, eol, text } of [samples[1]!, samples[3]!]) {
        const editor = await newFile(name, text.join(eol));
        await selectLines(editor, 1, 3);
        await askEdit(world, answer);
        await seen(() => !proposalTab(), vscode.window.tabGroups.onDidChangeTabs);
        assert.equal(editor.document.getText(), text.join(eol));
        assert.equal(editor.document.isDirty, false);
      }
    });
});
