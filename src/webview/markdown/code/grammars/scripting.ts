// Scripting, scientific and functional languages.
export { default as elixir } from "highlight.js/lib/languages/elixir";
export { default as erlang } from "highlight.js/lib/languages/erlang";
export { default as haskell } from "highlight.js/lib/languages/haskell";
export { default as julia } from "highlight.js/lib/languages/julia";
export { default as lua } from "highlight.js/lib/languages/lua";
export { default as matlab } from "highlight.js/lib/languages/matlab";
export { default as ocaml } from "highlight.js/lib/languages/ocaml";
export { default as perl } from "highlight.js/lib/languages/perl";
export { default as php } from "highlight.js/lib/languages/php";
export { default as python } from "highlight.js/lib/languages/python";
export { default as r } from "highlight.js/lib/languages/r";
export { default as ruby } from "highlight.js/lib/languages/ruby";
