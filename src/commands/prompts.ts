import { t } from "@vscode/l10n";

/** A question that is ready to be asked about code. */
export interface Prompt {
  /** The name of its file, without `.md`. */
  readonly id: string;
  /** As in lists. */
  readonly title: string;
  /** What is asked, with variables. */
  readonly text: string;
}

export type BuiltInPromptId = "explain" | "find-problems" | "fix" | "write-tests" | "document" | "improve";

/** What a prompt may name: each is replaced by what it says for the code that is asked about. */
export interface PromptVariables {
  /** The code itself, fenced. A prompt that does not name it has the code attached. */
  readonly selection: string;
  /** The file's path, from the workspace's folder on. */
  readonly file: string;
  /** VS Code's language id. */
  readonly language: string;
  /** What VS Code finds wrong with the code, a line each. */
  readonly problems: string;
}

/** The prompts that come with the extension, in the order of the menu. In the user's language, since the answer's follows it. */
export function builtInPrompts(): readonly (Prompt & { readonly id: BuiltInPromptId })[] {
  return [
    { id: "explain", title: t("Explain"), text: t("Explain what this code does and how it works.") },
    {
      id: "find-problems",
      title: t("Find Problems"),
      text: t(
        "Look for problems in this code: mistakes, cases it forgets, risks. Name each with its line, the worst first, and say how to solve it. Say so if there are none.",
      ),
    },
    {
      id: "fix",
      title: t("Fix"),
      text: t(
        "Fix the mistakes in this code, and nothing else. Show the whole corrected code in one block, then say what was wrong.\n\n{0}",
        "{{problems}}",
      ),
    },
    {
      id: "write-tests",
      title: t("Write Tests"),
      text: t(
        "Write tests for this code, in the manner of the language's usual test framework: the normal case, the edges, and what must fail.",
      ),
    },
    {
      id: "document",
      title: t("Document"),
      text: t(
        "Document this code in the form that is usual for {0}: what it is for, what goes in and comes out, what can fail. Show the whole code with its comments in one block and change nothing else.",
        "{{language}}",
      ),
    },
    {
      id: "improve",
      title: t("Improve"),
      text: t(
        "Improve this code without changing what it does: simpler, clearer, faster where it matters. Show the whole improved code in one block, then give a reason for each change.",
      ),
    },
  ];
}

/** A prompt's file: its first heading is its title, comments are for whoever edits it, the rest is asked. */
export function parsePrompt(id: string, markdown: string): Prompt {
  const text = markdown.replace(/<!--[\s\S]*?-->/g, "").trim();
  const [, title, rest = ""] = /^#[ \t]+(.+)(?:\r?\n([\s\S]*))?$/.exec(text) ?? [];
  return title === undefined ? { id, title: titleOf(id), text } : { id, title: title.trim(), text: rest.trim() };
}

/** What a prompt's file says before anybody changed it. */
export function promptFile({ title, text }: Pick<Prompt, "title" | "text">): string {
  const variables = t(
    "Variables: {0} the code, fenced (without it the code is attached) · {1} its path · {2} its language · {3} what VS Code finds wrong with it",
    ...["selection", "file", "language", "problems"].map((name) => `{{${name}}}`),
  );
  return `# ${title}\n\n${text}\n\n<!-- ${variables} -->\n`;
}

/** The prompt's words with the variables filled in; a name that is none stays as it is. */
export function fillPrompt({ text }: Prompt, variables: PromptVariables): string {
  const values = new Map<string, string>(Object.entries(variables));
  return text.replace(/\{\{\s*(\w+)\s*\}\}/g, (whole, name: string) => values.get(name) ?? whole).trim();
}

/** Whether the code is part of the prompt's words. */
export function namesSelection({ text }: Prompt): boolean {
  return /\{\{\s*selection\s*\}\}/.test(text);
}

/** "find-bugs" → "Find bugs" */
function titleOf(id: string): string {
  const words = id.replace(/[-_]+/g, " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
