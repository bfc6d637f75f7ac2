// Languages that are compiled for a machine, and how they are built.
export { default as c } from "highlight.js/lib/languages/c";
export { default as cmake } from "highlight.js/lib/languages/cmake";
export { default as cpp } from "highlight.js/lib/languages/cpp";
export { default as go } from "highlight.js/lib/languages/go";
export { default as makefile } from "highlight.js/lib/languages/makefile";
export { default as objectivec } from "highlight.js/lib/languages/objectivec";
export { default as protobuf } from "highlight.js/lib/languages/protobuf";
export { default as rust } from "highlight.js/lib/languages/rust";
export { default as swift } from "highlight.js/lib/languages/swift";
export { default as wasm } from "highlight.js/lib/languages/wasm";
