import { t } from "@vscode/l10n";
import { isDeviceName } from "../context/windowsNames";

/** A predefined question about code. */
export interface Prompt {
  /** The file name without `.md`. */
  readonly id: string;
  /** The title in lists. */
  readonly title: string;
  /** The question, with variables. */
  readonly text: string;
}

export type BuiltInPromptId = "explain" | "find-problems" | "fix" | "write-tests" | "document" | "improve";

/** The variables of a prompt, with their values for the code in question. */
export interface PromptVariables {
  /** The code in a fenced block. If a prompt does not use it, the code is attached. */
  readonly selection: string;
  /** The path relative to the workspace folder. */
  readonly file: string;
  /** VS Code's language id. */
  readonly language: string;
  /** The problems that VS Code reports for the code, one per line. */
  readonly problems: string;
}

/** The built-in prompts, in menu order. In the user's language, because models answer in the language of the question. */
export function builtInPrompts(): readonly (Prompt & { readonly id: BuiltInPromptId })[] {
  return [
    { id: "explain", title: t("Explain"), text: t("Explain what this code does and how it works.") },
    {
      id: "find-problems",
      title: t("Find Problems"),
      text: t(
        "Find problems in this code: bugs, missed edge cases, risks. List each with its line number, most severe first, and explain how to fix it. If there are none, say so.",
      ),
    },
    {
      id: "fix",
      title: t("Fix"),
      text: t(
        "Fix the bugs in this code and change nothing else. Show the complete corrected code in one block, then explain what was wrong.\n\n{0}",
        "{{problems}}",
      ),
    },
    {
      id: "write-tests",
      title: t("Write Tests"),
      text: t(
        "Write tests for this code with the usual test framework of its language. Cover the normal case, edge cases and errors.",
      ),
    },
    {
      id: "document",
      title: t("Document"),
      text: t(
        "Document this code in the usual style for {0}: purpose, parameters, return values and errors. Show the complete code with its comments in one block and change nothing else.",
        "{{language}}",
      ),
    },
    {
      id: "improve",
      title: t("Improve"),
      text: t(
        "Improve this code without changing its behavior: make it simpler, clearer, and faster where it matters. Show the complete improved code in one block, then explain each change.",
      ),
    },
  ];
}

/** Parses a prompt file: the first heading is the title, HTML comments are ignored, the rest is the question. */
export function parsePrompt(id: string, markdown: string): Prompt {
  const text = markdown.replace(/<!--[\s\S]*?-->/g, "").trim();
  const [, title, rest = ""] = /^#[ \t]+(.+)(?:\r?\n([\s\S]*))?$/.exec(text) ?? [];
  return title === undefined ? { id, title: titleOf(id), text } : { id, title: title.trim(), text: rest.trim() };
}

/** The initial content of a prompt file. */
export function promptFile({ title, text }: Pick<Prompt, "title" | "text">): string {
  const variables = t(
    "Variables: {0} the code in a code block (if omitted, the code is attached) · {1} file path · {2} language · {3} problems reported by VS Code",
    ...["selection", "file", "language", "problems"].map((name) => `{{${name}}}`),
  );
  return `# ${title}\n\n${text}\n\n<!-- ${variables} -->\n`;
}

/** The question with its variables replaced; unknown names stay as they are. */
export function fillPrompt({ text }: Prompt, variables: PromptVariables): string {
  const values = new Map<string, string>(Object.entries(variables));
  return text.replace(/\{\{\s*(\w+)\s*\}\}/g, (whole, name: string) => values.get(name) ?? whole).trim();
}

/** Whether the prompt contains the `selection` variable. */
export function namesSelection({ text }: Prompt): boolean {
  return /\{\{\s*selection\s*\}\}/.test(text);
}

/** The longest id, in UTF-16 units: file systems allow 255 bytes. */
const maxIdLength = 60;

/** "Find Bugs!" → "find-bugs". The id is a file name without `.md`, so it is bounded, and not that of a Windows device such as "con". */
export function promptId(title: string): string {
  const words = title.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-");
  const id = words
    .slice(0, maxIdLength)
    .toWellFormed()
    .replace(/^-|[-\ufffd]+$/g, "");
  return isDeviceName(id) ? `${id}-prompt` : id;
}

/** "find-bugs" → "Find bugs" */
function titleOf(id: string): string {
  const words = id.replace(/[-_]+/g, " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
