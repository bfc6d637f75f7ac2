// Languages of .NET.
export { default as csharp } from "highlight.js/lib/languages/csharp";
export { default as fsharp } from "highlight.js/lib/languages/fsharp";
export { default as powershell } from "highlight.js/lib/languages/powershell";
export { default as vbnet } from "highlight.js/lib/languages/vbnet";
