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
  const [firstLine = ""] = code.trimStart().slice(0, 500).split("\n", 1);
  const commented = comment.exec(firstLine.trim())?.[1];
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
