import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["dist", ".vscode-test", "node_modules", "test/data"] },
  {
    files: ["**/*.ts", "**/*.tsx"],
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
      "@typescript-eslint/no-confusing-void-expression": ["error", { ignoreArrowShorthand: true }],
    },
  },
  {
    files: ["src/**"],
    ignores: ["src/notifications.ts"],
    rules: {
      "no-restricted-syntax": [
        "error",
        {
          selector: "MemberExpression[property.name=/^show(Information|Warning|Error)Message$/]",
          message: "Use notifications: VS Code makes links to commands out of what such a message quotes.",
        },
      ],
    },
  },
  {
    files: ["src/router/**"],
    ignores: ["src/router/router.ts"], // names the defaults: the machine's clock and dice
    rules: {
      // The router is told the time, the dice and the network; it never looks for itself (style: habit 4).
      "no-restricted-globals": ["error", "fetch"],
      "no-restricted-properties": [
        "error",
        { object: "Date", property: "now", message: "Use the clock the router was given." },
        { object: "Math", property: "random", message: "Use the dice the router was given." },
      ],
    },
  },
  {
    files: ["test/**"],
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
