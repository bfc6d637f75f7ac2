/** What people and models write after a fence, where VS Code calls the language otherwise. */
const languageIds: Readonly<Record<string, string>> = {
  js: "javascript",
  mjs: "javascript",
  node: "javascript",
  jsx: "javascriptreact",
  ts: "typescript",
  tsx: "typescriptreact",
  py: "python",
  python3: "python",
  rb: "ruby",
  rs: "rust",
  golang: "go",
  "c++": "cpp",
  "c#": "csharp",
  cs: "csharp",
  "f#": "fsharp",
  kt: "kotlin",
  md: "markdown",
  yml: "yaml",
  sh: "shellscript",
  bash: "shellscript",
  zsh: "shellscript",
  shell: "shellscript",
  console: "shellscript",
  ps1: "powershell",
  pwsh: "powershell",
  cmd: "bat",
  docker: "dockerfile",
  make: "makefile",
  patch: "diff",
  vb: "vb",
  tex: "latex",
};

/** VS Code's id for a fence's language; plain text where it knows none. `known`: the ids that there are. */
export function languageIdOf(language: string, known: readonly string[]): string {
  const name = language.toLowerCase();
  return [name, languageIds[name]].find((id) => id !== undefined && known.includes(id)) ?? "plaintext";
}

/**
 * The one command in a block, as it can be typed into a terminal: without the prompt before it, and without characters that a
 * terminal acts on or that hide something. `undefined` for several lines.
 */
export function terminalLine(code: string): string | undefined {
  const lines = code.split(/\r\n|[\r\n\u0085\u2028\u2029]/).filter((line) => line.trim() !== "");
  const [only] = lines;
  if (only === undefined || lines.length > 1) return undefined;
  // Control characters (Escape and Ctrl+C among them), and those that turn the direction of writing round or cannot be seen.
  return only
    .trim()
    .replace(/^[$>❯]\s+/, "")
    .replace(/[\p{Cc}\p{Cf}]/gu, "");
}
