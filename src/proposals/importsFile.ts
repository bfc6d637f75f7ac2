/** `from "./price"`, `import("./price")`, `require('./price')`, `#include "price.h"`. */
const quotedImport = /\b(?:from|import|require|require_relative|include)[ (]{0,2}["']([^"'\n]+)["']/g;
/** `from shop.price import …` and `import shop.price`, as in Python, Java and Kotlin. */
const dottedImport = /^[ \t]*(?:from[ \t]+([\w.]+)[ \t]+import\b|import[ \t]+([\w.]+)\b(?![ \t]+from\b))/gm;

/** Whether the code imports something from the file, by the file's name: such code, mostly tests, belongs in another file. */
export function importsFile(code: string, path: string): boolean {
  const name = moduleName(path);
  const quoted = [...code.matchAll(quotedImport)].map(([, module = ""]) => moduleName(module));
  const dotted = [...code.matchAll(dottedImport)].map(([, from, module = from]) => module?.split(".").at(-1));
  return name !== "" && [...quoted, ...dotted].includes(name);
}

/** The last segment of a path, without extension. */
function moduleName(path: string): string {
  return (path.split("/").at(-1) ?? "").replace(/(?<=.)\.\w+$/, "");
}
