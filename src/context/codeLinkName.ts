import { isPortablePath } from "./windowsNames";

/** The possible meanings of a name in an answer: a file with an optional line, or a symbol. */
export interface CodeLinkName {
  /** A file path with `/` as separator, relative to any folder inside the workspace. */
  path?: string;
  /** One-based. */
  line?: number;
  symbol?: {
    name: string;
    /** The class or namespace of the symbol: `Basket` in `Basket.add`. */
    container?: string;
  };
}

/**
 * Parses a name as models write it: `src/basket.ts`, `./basket.ts:42`, `basket.ts#L42-L50`, `Basket.add()`, `Shop::Basket`. Returns
 * `undefined` for anything else, such as `npm test`, and for paths that leave the workspace, name a Windows device, or contain glob characters.
 */
export function parseCodeLinkName(name: string): CodeLinkName | undefined {
  const file = parseFile(name);
  const symbol = parseSymbol(name);
  return file || symbol ? { ...file, ...(symbol && { symbol }) } : undefined;
}

function parseFile(name: string): Pick<CodeLinkName, "path" | "line"> | undefined {
  const [, written = "", line] = /^([^\s:#]+?)(?:(?::|#L?)(\d{1,7})(?:[:-]L?\d{1,7})?)?$/.exec(name) ?? [];
  const path = written.replaceAll("\\", "/").replace(/^(?:\.?\/)+/, "");
  const segments = path.split("/");
  const isPath =
    isPortablePath(path) &&
    segments.every((segment) => /^[\p{L}\p{N}_@.+~-]+$/u.test(segment) && !/^\.{1,2}$/.test(segment));
  // A single segment without an extension is a file only if it has a well-known name.
  const isFile = segments.length > 1 || /[^.]\.\w+$|^\.\w/.test(path) || /^(?:Dockerfile|Makefile|LICENSE)$/.test(path);
  if (!isPath || !isFile) return undefined;
  return line === undefined ? { path } : { path, line: Number(line) };
}

function parseSymbol(name: string): CodeLinkName["symbol"] {
  if (!/^[\p{L}_$][\p{L}\p{N}_$]*(?:(?:\.|::|#)[\p{L}_$][\p{L}\p{N}_$]*){0,4}(?:\(\))?$/u.test(name)) return undefined;
  // Plain lowercase words are mostly keywords, values and commands.
  if (name.length < 3 || !/[\p{Lu}_.:#(]/u.test(name)) return undefined;
  const parts = name.replace("()", "").split(/\.|::|#/);
  const container = parts.at(-2);
  return { name: parts.at(-1) ?? name, ...(container !== undefined && { container }) };
}
