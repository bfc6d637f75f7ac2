import type { LanguageFn } from "highlight.js";

/** A language with syntax highlighting. */
export interface CodeLanguage {
  /** Display name. */
  name: string;
  grammar: Grammar;
}

export type Grammar = keyof typeof grammars;

/** Finds the language for the first word of an info string, in any case; undefined if it cannot be highlighted. */
export const findLanguage = (alias: string): CodeLanguage | undefined => byAlias.get(alias.toLowerCase());

/** Loads a highlight.js grammar. Each is bundled as its own file, so that an answer loads only the grammars it uses. */
export const importGrammar = async (grammar: Grammar): Promise<LanguageFn> => (await grammars[grammar]()).default;

/** Grammars that code in another grammar may embed: elements in scripts, scripts in pages. */
export const embeddedGrammars: Partial<Record<Grammar, Grammar[]>> = {
  javascript: ["xml", "css"],
  typescript: ["xml", "css"],
  xml: ["javascript", "css"],
  markdown: ["xml"],
  shell: ["bash"],
};

const grammars = {
  bash: () => import("highlight.js/lib/languages/bash"),
  c: () => import("highlight.js/lib/languages/c"),
  clojure: () => import("highlight.js/lib/languages/clojure"),
  cmake: () => import("highlight.js/lib/languages/cmake"),
  cpp: () => import("highlight.js/lib/languages/cpp"),
  csharp: () => import("highlight.js/lib/languages/csharp"),
  css: () => import("highlight.js/lib/languages/css"),
  dart: () => import("highlight.js/lib/languages/dart"),
  diff: () => import("highlight.js/lib/languages/diff"),
  dockerfile: () => import("highlight.js/lib/languages/dockerfile"),
  elixir: () => import("highlight.js/lib/languages/elixir"),
  erlang: () => import("highlight.js/lib/languages/erlang"),
  fsharp: () => import("highlight.js/lib/languages/fsharp"),
  go: () => import("highlight.js/lib/languages/go"),
  graphql: () => import("highlight.js/lib/languages/graphql"),
  groovy: () => import("highlight.js/lib/languages/groovy"),
  haskell: () => import("highlight.js/lib/languages/haskell"),
  http: () => import("highlight.js/lib/languages/http"),
  ini: () => import("highlight.js/lib/languages/ini"),
  java: () => import("highlight.js/lib/languages/java"),
  javascript: () => import("highlight.js/lib/languages/javascript"),
  json: () => import("highlight.js/lib/languages/json"),
  julia: () => import("highlight.js/lib/languages/julia"),
  kotlin: () => import("highlight.js/lib/languages/kotlin"),
  latex: () => import("highlight.js/lib/languages/latex"),
  less: () => import("highlight.js/lib/languages/less"),
  lua: () => import("highlight.js/lib/languages/lua"),
  makefile: () => import("highlight.js/lib/languages/makefile"),
  markdown: () => import("highlight.js/lib/languages/markdown"),
  matlab: () => import("highlight.js/lib/languages/matlab"),
  nginx: () => import("highlight.js/lib/languages/nginx"),
  nix: () => import("highlight.js/lib/languages/nix"),
  objectivec: () => import("highlight.js/lib/languages/objectivec"),
  ocaml: () => import("highlight.js/lib/languages/ocaml"),
  perl: () => import("highlight.js/lib/languages/perl"),
  php: () => import("highlight.js/lib/languages/php"),
  powershell: () => import("highlight.js/lib/languages/powershell"),
  properties: () => import("highlight.js/lib/languages/properties"),
  protobuf: () => import("highlight.js/lib/languages/protobuf"),
  python: () => import("highlight.js/lib/languages/python"),
  r: () => import("highlight.js/lib/languages/r"),
  ruby: () => import("highlight.js/lib/languages/ruby"),
  rust: () => import("highlight.js/lib/languages/rust"),
  scala: () => import("highlight.js/lib/languages/scala"),
  scss: () => import("highlight.js/lib/languages/scss"),
  shell: () => import("highlight.js/lib/languages/shell"),
  sql: () => import("highlight.js/lib/languages/sql"),
  swift: () => import("highlight.js/lib/languages/swift"),
  typescript: () => import("highlight.js/lib/languages/typescript"),
  vbnet: () => import("highlight.js/lib/languages/vbnet"),
  wasm: () => import("highlight.js/lib/languages/wasm"),
  xml: () => import("highlight.js/lib/languages/xml"),
  yaml: () => import("highlight.js/lib/languages/yaml"),
};

/** Display names, grammars and the aliases used in info strings, separated by spaces. */
const languages: [name: string, grammar: Grammar, aliases: string][] = [
  ["Bash", "bash", "bash sh zsh ksh shellscript"],
  ["C", "c", "c h"],
  ["C#", "csharp", "csharp cs c#"],
  ["C++", "cpp", "cpp c++ cc cxx hpp hxx"],
  ["Clojure", "clojure", "clojure clj cljs edn"],
  ["CMake", "cmake", "cmake"],
  ["CSS", "css", "css"],
  ["Dart", "dart", "dart"],
  ["Diff", "diff", "diff patch"],
  ["Dockerfile", "dockerfile", "dockerfile docker containerfile"],
  ["Elixir", "elixir", "elixir ex exs"],
  ["Erlang", "erlang", "erlang erl"],
  ["F#", "fsharp", "fsharp fs f#"],
  ["Go", "go", "go golang"],
  ["GraphQL", "graphql", "graphql gql"],
  ["Groovy", "groovy", "groovy gradle"],
  ["Haskell", "haskell", "haskell hs"],
  ["HTML", "xml", "html xhtml htm"],
  ["HTTP", "http", "http https"],
  ["INI", "ini", "ini conf dotenv env editorconfig"],
  ["Java", "java", "java"],
  ["JavaScript", "javascript", "javascript js mjs cjs node"],
  ["JSON", "json", "json jsonc json5 jsonl ipynb"],
  ["JSX", "javascript", "jsx javascriptreact"],
  ["Julia", "julia", "julia jl"],
  ["Kotlin", "kotlin", "kotlin kt kts"],
  ["LaTeX", "latex", "latex tex"],
  ["Less", "less", "less"],
  ["Lua", "lua", "lua"],
  ["Makefile", "makefile", "makefile make mk"],
  ["Markdown", "markdown", "markdown md mdx"],
  ["MATLAB", "matlab", "matlab octave"],
  ["nginx", "nginx", "nginx nginxconf"],
  ["Nix", "nix", "nix"],
  ["Objective-C", "objectivec", "objectivec objective-c objc m mm"],
  ["OCaml", "ocaml", "ocaml ml"],
  ["Perl", "perl", "perl pl pm"],
  ["PHP", "php", "php"],
  ["PowerShell", "powershell", "powershell ps1 pwsh ps"],
  ["Properties", "properties", "properties"],
  ["Protocol Buffers", "protobuf", "protobuf proto"],
  ["Python", "python", "python py python3 pyi"],
  ["R", "r", "r rscript"],
  ["Ruby", "ruby", "ruby rb gemfile rakefile"],
  ["Rust", "rust", "rust rs"],
  ["Scala", "scala", "scala sbt"],
  ["SCSS", "scss", "scss sass"],
  ["Shell", "shell", "shell console shellsession terminal"],
  ["SQL", "sql", "sql mysql postgres postgresql pgsql sqlite"],
  ["Svelte", "xml", "svelte"],
  ["Swift", "swift", "swift"],
  ["Terraform", "ruby", "terraform hcl tf"],
  ["TOML", "ini", "toml"],
  ["TSX", "typescript", "tsx typescriptreact"],
  ["TypeScript", "typescript", "typescript ts mts cts"],
  ["Visual Basic", "vbnet", "vbnet vb"],
  ["Vue", "xml", "vue"],
  ["WebAssembly", "wasm", "wasm wat"],
  ["XML", "xml", "xml svg xsd xsl plist rss atom"],
  ["YAML", "yaml", "yaml yml"],
];

const byAlias = new Map(
  languages.flatMap(([name, grammar, aliases]) => aliases.split(" ").map((alias) => [alias, { name, grammar }])),
);
