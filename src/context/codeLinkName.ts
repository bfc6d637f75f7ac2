/** What a name in an answer may be: a file, with the line it names, or a symbol. Lines count from 1. */
export interface CodeLinkName {
  /** A path from anywhere inside the workspace down to the file, `/` between its parts. */
  path?: string;
  line?: number;
  symbol?: {
    name: string;
    /** What it is a member of: `Basket` in `Basket.add`. */
    container?: string;
  };
}

/**
 * Reads a name as answers write them: `src/basket.ts`, `./basket.ts:42`, `basket.ts#L42-L50`, `Basket.add()`, `Shop::Basket`.
 * Undefined for what is neither, such as `npm test`, and for paths that lead out of the workspace or hold signs of a pattern.
 */
export function parseCodeLinkName(name: string): CodeLinkName | undefined {
  const path = pathIn(name);
  const symbol = symbolIn(name);
  return path || symbol ? { ...path, ...(symbol && { symbol }) } : undefined;
}

function pathIn(name: string): Pick<CodeLinkName, "path" | "line"> | undefined {
  const [, written = "", line] = /^([^\s:#]+?)(?:(?::|#L?)(\d{1,7})(?:[:-]L?\d{1,7})?)?$/.exec(name) ?? [];
  const path = written.replaceAll("\\", "/").replace(/^(?:\.?\/)+/, "");
  const parts = path.split("/");
  const isPath = parts.every((part) => /^[\p{L}\p{N}_@.+~-]+$/u.test(part) && !/^\.{1,2}$/.test(part));
  // A last part without a dot or a folder before it is no file's name, but for those that projects have.
  const isFile = parts.length > 1 || /[^.]\.\w+$|^\.\w/.test(path) || /^(?:Dockerfile|Makefile|LICENSE)$/.test(path);
  if (!isPath || !isFile) return undefined;
  return line === undefined ? { path } : { path, line: Number(line) };
}

function symbolIn(name: string): CodeLinkName["symbol"] {
  if (!/^[\p{L}_$][\p{L}\p{N}_$]*(?:(?:\.|::|#)[\p{L}_$][\p{L}\p{N}_$]*){0,4}(?:\(\))?$/u.test(name)) return undefined;
  // Plain words are mostly keywords, values and commands.
  if (name.length < 3 || !/[\p{Lu}_.:#(]/u.test(name)) return undefined;
  const parts = name.replace("()", "").split(/\.|::|#/);
  const container = parts.at(-2);
  return { name: parts.at(-1) ?? name, ...(container !== undefined && { container }) };
}
