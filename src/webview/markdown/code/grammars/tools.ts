// Shells, configuration, and tools.
export { default as bash } from "highlight.js/lib/languages/bash";
export { default as diff } from "highlight.js/lib/languages/diff";
export { default as dockerfile } from "highlight.js/lib/languages/dockerfile";
export { default as ini } from "highlight.js/lib/languages/ini";
export { default as latex } from "highlight.js/lib/languages/latex";
export { default as nginx } from "highlight.js/lib/languages/nginx";
export { default as nix } from "highlight.js/lib/languages/nix";
export { default as properties } from "highlight.js/lib/languages/properties";
export { default as shell } from "highlight.js/lib/languages/shell";
export { default as sql } from "highlight.js/lib/languages/sql";
