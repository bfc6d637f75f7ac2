/** Names that models and VS Code have for one language, or for languages that are written for one another. */
const families: readonly string[] = [
  "typescript ts tsx typescriptreact javascript js jsx javascriptreact mjs cjs mts cts node",
  "python py python3 ipython",
  "json jsonc json5 jsonl",
  "shellscript sh bash zsh shell console",
  "powershell ps1 pwsh",
  "bat batch cmd",
  "yaml yml dockercompose",
  "c h cpp c++ cc cxx hpp cuda-cpp objective-c objc objective-cpp arduino",
  "csharp cs c#",
  "fsharp fs f#",
  "go golang",
  "rust rs",
  "ruby rb",
  "java",
  "kotlin kt kts",
  "scala",
  "groovy gradle",
  "swift",
  "dart",
  "lua",
  "perl pl perl6 raku",
  "r rlang",
  "julia jl",
  "haskell hs",
  "elixir ex exs",
  "erlang erl",
  "clojure clj",
  "ocaml ml",
  "zig",
  "css scss sass less",
  "html htm xhtml",
  "xml xsl svg",
  "sql mysql postgresql pgsql plsql sqlite tsql",
  "dockerfile docker",
  "makefile make mk",
  "toml",
  "ini properties cfg",
  "latex tex bibtex",
  "proto proto3 protobuf",
  "graphql gql",
  "terraform tf hcl",
  "vb vbnet",
  "diff patch",
  "markdown md mdx",
  "php",
  "vue",
  "svelte",
];

const familyOf = new Map(families.flatMap((names) => names.split(" ").map((name) => [name, names])));

/** Files in which other languages live: a part of them is rightly called by the other's name. */
const hosts = new Set([
  "markdown",
  "mdx",
  "html",
  "vue",
  "svelte",
  "astro",
  "php",
  "razor",
  "erb",
  "handlebars",
  "ejs",
]);

/** True where code that a model calls by `label` cannot be meant for a document of this language. What is not known is let pass. */
export function isOtherLanguage(label: string, languageId: string): boolean {
  if (hosts.has(languageId)) return false;
  const [told, wanted] = [familyOf.get(label), familyOf.get(languageId)];
  return told !== undefined && wanted !== undefined && told !== wanted;
}
