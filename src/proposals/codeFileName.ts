import { parseCodeLinkName } from "../context/codeLinkName";

/** `title="src/price.ts"`; models also write `file=`, `filename=` and `path=`. */
const attribute = /(?:^|[\s{,])(?:title|file|filename|path)=["']?([^\s"'{},]+)/i;
/** `ts:src/price.ts` */
const afterLanguage = /^[\w+#-]+:([^\s:]\S*)/;
/** `// src/price.ts`, `# src/price.py`, `<!-- src/index.html -->` */
const comment = /^(?:\/\/|\/\*|#|--|<!--)[ \t]*([^\s*]+)[ \t]*(?:\*\/|-->)?$/;

/**
 * The file that an answer names for a code block, in the info string of its fence or in a comment in its first line: a path relative to some folder
 * of the workspace. Answers are untrusted: paths that leave the workspace and those inside `.git` are ignored.
 */
export function codeFileName(info: string, code: string): string | undefined {
  const commented = comment.exec(firstLine(code))?.[1];
  const names = [
    attribute.exec(info)?.[1],
    afterLanguage.exec(info)?.[1],
    ...info.split(/\s+/).filter((word) => word.includes(".")),
    // A single word in a comment can be anything: `# Node.js`.
    commented?.includes("/") ? commented : undefined,
  ];
  const paths = names.flatMap((name) => (name === undefined ? [] : (parseCodeLinkName(name)?.path ?? [])));
  return paths.find((path) => !path.split("/").some((segment) => segment.toLowerCase() === ".git"));
}

/**
 * The code without a first line that only names its file: models write it for the reader. `path`: where the code goes; `existing`: what is there,
 * which may begin with the same line.
 */
export function withoutFileName(code: string, path: string, existing = ""): string {
  const line = firstLine(code);
  const named = parseCodeLinkName(comment.exec(line)?.[1] ?? "")?.path;
  if (named === undefined || !`/${path}`.endsWith(`/${named}`) || firstLine(existing) === line) return code;
  const rest = code.trimStart().slice(line.length);
  return rest.trim() === "" ? code : rest.replace(/^(?:[^\S\n]*\n)+/, "");
}

/** The first line that is not blank, or its start. */
function firstLine(code: string): string {
  return (code.trimStart().slice(0, 500).split("\n", 1)[0] ?? "").trim();
}
