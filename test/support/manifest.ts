import { readFileSync } from "node:fs";
import path from "node:path";
import * as z from "zod/mini";
import { projectRoot } from "./projectRoot";

const texts = z.record(z.string(), z.string());

/** A JSON file of the project that holds texts by key: a translation. */
export function readTexts(file: string): Record<string, string> {
  return texts.parse(JSON.parse(readFileSync(path.join(projectRoot, file), "utf8")));
}

/** package.json as it stands. */
export function readManifest(): unknown {
  return JSON.parse(readFileSync(path.join(projectRoot, "package.json"), "utf8"));
}

/** package.json as VS Code reads it: with the English texts of package.nls.json in place of their keys. */
export function readEnglishManifest(): unknown {
  const english = readTexts("package.nls.json");
  return JSON.parse(readFileSync(path.join(projectRoot, "package.json"), "utf8"), (_, value: unknown) => {
    const key = typeof value === "string" ? /^%(.+)%$/.exec(value)?.[1] : undefined;
    return key === undefined ? value : english[key];
  });
}
