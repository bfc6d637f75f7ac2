import type { CompletionRequest } from "../router/index";

export interface CommitPromptOptions {
  /** A diff, cut where it is long. */
  readonly changes: string;
  /** What was cut, in words. */
  readonly cut?: string;
  /** First lines of the newest commits, newest first. */
  readonly subjects: readonly string[];
  /** What the author has written already; empty for nothing. */
  readonly written: string;
  /** The user's own instructions for every model; empty for none. */
  readonly instructions: string;
}

/** The request for a commit message. Not for the user's eyes, so in English for every model. */
export function commitRequest({
  changes,
  cut,
  subjects,
  written,
  instructions,
}: CommitPromptOptions): CompletionRequest {
  const style = isConventional(subjects)
    ? "Use Conventional Commits, as this project does: `type(scope): subject`."
    : "Do not put a type or a scope before the first line.";
  const system = [
    "You write git commit messages.",
    "Answer with the message alone: no quotes, no code fence, no word about it.",
    "The first line says in at most 72 characters what the change does and, if it shows, why, in the imperative.",
    "Only if it needs more words: an empty line, then a few short lines.",
    style,
    "Write in the language and manner of the project's last commits, if there are any.",
    ...(instructions.trim() === "" ? [] : [`\n\nThe user's instructions:\n${instructions.trim()}`]),
  ].join(" ");
  const parts = [
    ...(subjects.length > 0 ? [`The last commits:\n${subjects.map((subject) => `- ${subject}`).join("\n")}`] : []),
    ...(written.trim() === "" ? [] : [`The author began like this; heed it:\n${written.trim()}`]),
    `The changes${cut === undefined ? "" : ` (left out: ${cut})`}:\n${changes}`,
  ];
  return {
    messages: [
      { role: "system", content: system },
      { role: "user", content: parts.join("\n\n") },
    ],
  };
}

/** Whether most of these commits are called `feat: …`, `fix(parser)!: …`. */
export function isConventional(subjects: readonly string[]): boolean {
  const typed = subjects.filter((subject) => /^[a-z]+(?:\([^()]+\))?!?: \S/.test(subject));
  return typed.length > subjects.length / 2;
}

/** The message in what a model has written so far: without the fence, label or quotes that some put around it. */
export function messageIn(answer: string): string {
  const bare = answer
    .replace(/^\s*(?:here(?:'s| is)[^\n]*:\s*\n)?\s*/i, "")
    .replace(/^(?:\*\*)?commit message:?(?:\*\*)?:?\s*/i, "")
    .replace(/^`{3,}[\w-]*(?:\n|$)/, "")
    .replace(/\n?`{3,}\s*$/, "")
    .trim();
  const quoted = /^(["'`])([^\n]*)\1$/.exec(bare);
  return quoted?.[2] ?? bare;
}
