/** Names of one language, or of languages that models use interchangeably. */
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

/** Whether code with this label is a diff: lines to add and remove, not the new lines. */
export function isDiff(label: string): boolean {
  return familyOf.get(label) === familyOf.get("diff");
}

/** Languages that embed others: models may label a part of such a file with the embedded language. */
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

/** Whether code labeled `label` cannot belong to a document of this language. Unknown labels are accepted. */
export function isOtherLanguage(label: string, languageId: string): boolean {
  if (hosts.has(languageId)) return false;
  const [labelFamily, documentFamily] = [familyOf.get(label), familyOf.get(languageId)];
  return labelFamily !== undefined && documentFamily !== undefined && labelFamily !== documentFamily;
}
