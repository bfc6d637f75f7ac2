import tseslint from "typescript-eslint";

/** Parts of VS Code's UI by the grammar of their text, with the files that may use them directly. */
const escapedUi = [
  {
    files: ["src/notifications.ts"],
    names: /^(show(Information|Warning|Error)Message|withProgress)$/,
    message: "Use notifications: VS Code makes links to commands out of what a message or a progress title quotes.",
  },
  {
    files: ["src/inputBoxes.ts", "src/escapeMessage.ts"],
    names: /^(showInputBox|createInputBox|PromptText)$/,
    message: "Use inputBoxes and promptText: VS Code makes links and icons out of what a prompt quotes.",
  },
  {
    files: ["src/iconLabels.ts", "src/iconText.ts"],
    names: /^(showQuickPick|createQuickPick|createStatusBarItem|setStatusBarMessage|CodeLens|IconText)$/,
    message: "Use iconLabels and iconText: VS Code makes icons out of what a label quotes.",
  },
  {
    files: ["src/status/statusTooltip.ts", "src/proposals/decisionLinks.ts"],
    names: /^(MarkdownString|appendMarkdown|Hover|TreeItem|createTreeView|registerTreeDataProvider|InlayHint)$/,
    message:
      "Use escapeMarkdown, and add the file to eslint.config.mjs: VS Code renders what a tooltip, hover or comment quotes.",
  },
  {
    files: ["src/review/findingThreads.ts"],
    names: /^createCommentController$/,
    message: "Use findingThreads: VS Code loads the remote images of a comment that is not a plain string.",
  },
];

/** Forbids a member of `vscode` or `vscode.window`, also by destructuring or import, and casts to a type that proves escaping. */
function restrictions({ names, message }) {
  const selectors = [
    `MemberExpression[property.name=${names}]`,
    `ObjectPattern > Property[key.name=${names}]`,
    `ImportDeclaration[source.value="vscode"] > ImportSpecifier[imported.name=${names}]`,
    `TSAsExpression > TSTypeReference[typeName.name=${names}]`,
  ];
  return selectors.map((selector) => ({ selector, message }));
}

/** What reaches the network. `src/http.ts` is the one way out, since it keeps *Only local*. */
const networkGlobals = ["fetch", "WebSocket", "EventSource", "XMLHttpRequest"];
const networkModules =
  /^(node:)?(http|https|http2|net|tls|dns|dns\/promises|dgram|child_process|cluster|worker_threads)$|^undici$/;
const networkMessage = "Use createFetch of src/http.ts: it is the one way out to the network.";
const networkRules = {
  "no-restricted-globals": ["error", ...networkGlobals.map((name) => ({ name, message: networkMessage }))],
  "@typescript-eslint/no-restricted-imports": [
    "error",
    { patterns: [{ regex: networkModules.source, message: networkMessage }] },
  ],
};
const networkProperties = ["globalThis", "window", "self"].flatMap((object) =>
  networkGlobals.map((property) => ({ object, property, message: networkMessage })),
);

export default tseslint.config(
  { ignores: ["dist", ".vscode-test", "node_modules", "test/data"] },
  {
    files: ["**/*.ts", "**/*.mts", "**/*.tsx"],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: {
        project: ["./tsconfig.json", "./src/webview/tsconfig.json", "./test/tsconfig.json"],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      eqeqeq: ["error", "always", { null: "ignore" }],
      "no-console": "error",
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      // `const { left, ...rest } = value` copies a value without a field.
      "@typescript-eslint/no-unused-vars": ["error", { ignoreRestSiblings: true }],
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
    },
  },
  // The parts of the UI that make links or icons out of the names and texts they quote. Each has one file that escapes them.
  { files: ["src/**"], rules: { "no-restricted-syntax": ["error", ...escapedUi.flatMap(restrictions)] } },
  ...escapedUi.map(({ files }) => ({
    files,
    rules: {
      "no-restricted-syntax": ["error", ...escapedUi.filter((each) => each.files !== files).flatMap(restrictions)],
    },
  })),
  {
    files: ["src/**"],
    ignores: ["src/http.ts"],
    rules: { ...networkRules, "no-restricted-properties": ["error", ...networkProperties] },
  },
  // Runs `git check-ignore`, which reads only files.
  // The thread that searches the project; it reads files only.
  {
    files: ["src/project/worker.ts", "src/project/projectWorker.ts", "src/project/searchServer.ts"],
    rules: { "@typescript-eslint/no-restricted-imports": "off" },
  },
  { files: ["src/context/gitIgnore.ts"], rules: { "@typescript-eslint/no-restricted-imports": "off" } },
  {
    files: ["src/router/**"],
    ignores: ["src/router/router.ts"], // names the defaults: the machine's clock and dice
    rules: {
      // The router is told the time, the dice and the network; it never looks for itself (style: habit 4).
      "no-restricted-properties": [
        "error",
        ...networkProperties,
        { object: "Date", property: "now", message: "Use the clock the router was given." },
        { object: "Math", property: "random", message: "Use the dice the router was given." },
      ],
    },
  },
  {
    files: ["test/**", "release/**"],
    rules: {
      // node:test and mocha hand back promises that they await themselves.
      "@typescript-eslint/no-floating-promises": [
        "error",
        {
          allowForKnownSafeCalls: [
            {
              from: "package",
              name: ["test", "describe", "it", "suite", "before", "after", "beforeEach", "afterEach"],
              package: "node:test",
            },
          ],
        },
      ],
      "@typescript-eslint/no-non-null-assertion": "off",
      "no-console": "off",
    },
  },
);
