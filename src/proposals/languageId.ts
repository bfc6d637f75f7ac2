/** Common fence labels that differ from VS Code's language ids. */
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

/** VS Code's language id for a fence label; `plaintext` if there is none. `known`: all language ids. */
export function languageIdOf(language: string, known: readonly string[]): string {
  const name = language.toLowerCase();
  return [name, languageIds[name]].find((id) => id !== undefined && known.includes(id)) ?? "plaintext";
}
