import { readFileSync } from "node:fs";
import path from "node:path";
import * as z from "zod/mini";
import { projectRoot } from "./projectRoot";

const texts = z.record(z.string(), z.string());

/** Reads a translation: a JSON file with texts by key. `file` is relative to the project root. */
export function readTexts(file: string): Record<string, string> {
  return texts.parse(JSON.parse(readFileSync(path.join(projectRoot, file), "utf8")));
}

/** package.json, with the keys of package.nls.json unresolved. */
export function readManifest(): unknown {
  return JSON.parse(readFileSync(path.join(projectRoot, "package.json"), "utf8"));
}

/** package.json with its keys replaced by the English texts of package.nls.json, as VS Code reads it. */
export function readEnglishManifest(): unknown {
  const english = readTexts("package.nls.json");
  return JSON.parse(readFileSync(path.join(projectRoot, "package.json"), "utf8"), (_, value: unknown) => {
    const key = typeof value === "string" ? /^%(.+)%$/.exec(value)?.[1] : undefined;
    return key === undefined ? value : english[key];
  });
}
