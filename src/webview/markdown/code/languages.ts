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

/** The display name of a language, or the first word of an info string as written if it is unknown. */
export const languageName = (alias: string): string =>
  findLanguage(alias)?.name ?? plainNames.get(alias.toLowerCase()) ?? alias;

/** Loads a highlight.js grammar, with those that are used beside it: a package with a file for each would be 25 KB larger. */
export const importGrammar = (grammar: Grammar): Promise<LanguageFn> => grammars[grammar]();

/** Grammars that code in another grammar may embed: elements in scripts, scripts in pages. */
export const embeddedGrammars: Partial<Record<Grammar, Grammar[]>> = {
  javascript: ["xml", "css"],
  typescript: ["xml", "css"],
  xml: ["javascript", "css"],
  markdown: ["xml"],
  shell: ["bash"],
};

const grammars = {
  bash: () => import("./grammars/tools").then(({ bash }) => bash),
  c: () => import("./grammars/native").then(({ c }) => c),
  clojure: () => import("./grammars/jvm").then(({ clojure }) => clojure),
  cmake: () => import("./grammars/native").then(({ cmake }) => cmake),
  cpp: () => import("./grammars/native").then(({ cpp }) => cpp),
  csharp: () => import("./grammars/dotnet").then(({ csharp }) => csharp),
  css: () => import("./grammars/web").then(({ css }) => css),
  dart: () => import("./grammars/jvm").then(({ dart }) => dart),
  diff: () => import("./grammars/tools").then(({ diff }) => diff),
  dockerfile: () => import("./grammars/tools").then(({ dockerfile }) => dockerfile),
  elixir: () => import("./grammars/scripting").then(({ elixir }) => elixir),
  erlang: () => import("./grammars/scripting").then(({ erlang }) => erlang),
  fsharp: () => import("./grammars/dotnet").then(({ fsharp }) => fsharp),
  go: () => import("./grammars/native").then(({ go }) => go),
  graphql: () => import("./grammars/web").then(({ graphql }) => graphql),
  groovy: () => import("./grammars/jvm").then(({ groovy }) => groovy),
  haskell: () => import("./grammars/scripting").then(({ haskell }) => haskell),
  http: () => import("./grammars/web").then(({ http }) => http),
  ini: () => import("./grammars/tools").then(({ ini }) => ini),
  java: () => import("./grammars/jvm").then(({ java }) => java),
  javascript: () => import("./grammars/web").then(({ javascript }) => javascript),
  json: () => import("./grammars/web").then(({ json }) => json),
  julia: () => import("./grammars/scripting").then(({ julia }) => julia),
  kotlin: () => import("./grammars/jvm").then(({ kotlin }) => kotlin),
  latex: () => import("./grammars/tools").then(({ latex }) => latex),
  less: () => import("./grammars/web").then(({ less }) => less),
  lua: () => import("./grammars/scripting").then(({ lua }) => lua),
  makefile: () => import("./grammars/native").then(({ makefile }) => makefile),
  markdown: () => import("./grammars/web").then(({ markdown }) => markdown),
  matlab: () => import("./grammars/scripting").then(({ matlab }) => matlab),
  nginx: () => import("./grammars/tools").then(({ nginx }) => nginx),
  nix: () => import("./grammars/tools").then(({ nix }) => nix),
  objectivec: () => import("./grammars/native").then(({ objectivec }) => objectivec),
  ocaml: () => import("./grammars/scripting").then(({ ocaml }) => ocaml),
  perl: () => import("./grammars/scripting").then(({ perl }) => perl),
  php: () => import("./grammars/scripting").then(({ php }) => php),
  powershell: () => import("./grammars/dotnet").then(({ powershell }) => powershell),
  properties: () => import("./grammars/tools").then(({ properties }) => properties),
  protobuf: () => import("./grammars/native").then(({ protobuf }) => protobuf),
  python: () => import("./grammars/scripting").then(({ python }) => python),
  r: () => import("./grammars/scripting").then(({ r }) => r),
  ruby: () => import("./grammars/scripting").then(({ ruby }) => ruby),
  rust: () => import("./grammars/native").then(({ rust }) => rust),
  scala: () => import("./grammars/jvm").then(({ scala }) => scala),
  scss: () => import("./grammars/web").then(({ scss }) => scss),
  shell: () => import("./grammars/tools").then(({ shell }) => shell),
  sql: () => import("./grammars/tools").then(({ sql }) => sql),
  swift: () => import("./grammars/native").then(({ swift }) => swift),
  typescript: () => import("./grammars/web").then(({ typescript }) => typescript),
  vbnet: () => import("./grammars/dotnet").then(({ vbnet }) => vbnet),
  wasm: () => import("./grammars/native").then(({ wasm }) => wasm),
  xml: () => import("./grammars/web").then(({ xml }) => xml),
  yaml: () => import("./grammars/web").then(({ yaml }) => yaml),
} satisfies Record<string, () => Promise<LanguageFn>>;

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

/** Languages without a grammar. */
const plainLanguages: [name: string, aliases: string][] = [
  ["AsciiDoc", "asciidoc adoc"],
  ["Batch", "bat batch cmd"],
  ["CSV", "csv"],
  ["Fortran", "fortran f90"],
  ["GLSL", "glsl"],
  ["Graphviz", "dot graphviz"],
  ["Lisp", "lisp"],
  ["Mermaid", "mermaid mmd"],
  ["PlantUML", "plantuml puml"],
  ["Prisma", "prisma"],
  ["Solidity", "solidity sol"],
  ["Verilog", "verilog"],
  ["Zig", "zig"],
];

const plainNames = new Map(
  plainLanguages.flatMap(([name, aliases]) => aliases.split(" ").map((alias) => [alias, name])),
);
