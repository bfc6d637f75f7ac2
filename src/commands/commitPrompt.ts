import type { CompletionRequest } from "../router/index";
import type { Instructions } from "./outgoingInstructions";
import { instructionsText } from "./instructionsText";

export interface CommitPromptOptions extends Instructions {
  /** The diff, truncated if it is long. */
  readonly changes: string;
  /** What was omitted, as a text. */
  readonly cut?: string;
  /** Subjects of the latest commits, newest first. */
  readonly subjects: readonly string[];
  /** What the author has already written; may be empty. */
  readonly written: string;
}

/** The completion request for a commit message. The prompt is in English for every model; the user does not see it. */
export function commitRequest({
  changes,
  cut,
  subjects,
  written,
  instructions,
  workspaceInstructions,
}: CommitPromptOptions): CompletionRequest {
  const style = isConventional(subjects)
    ? "Use Conventional Commits, as this project does: `type(scope): subject`."
    : "Do not put a type or scope before the subject.";
  const system = [
    "You write git commit messages.",
    "Answer with the message only: no quotes, no code fence, no explanation.",
    "The first line is imperative, at most 72 characters, and says what the change does and, if known, why.",
    "Only if necessary, add an empty line and a few short lines.",
    style,
    "Use the language and style of the project's latest commits, if there are any.",
  ].join(" ");
  const parts = [
    ...(subjects.length > 0 ? [`The latest commits:\n${subjects.map((subject) => `- ${subject}`).join("\n")}`] : []),
    ...(written.trim() === "" ? [] : [`The author's draft, to be respected:\n${written.trim()}`]),
    `The changes${cut === undefined ? "" : ` (omitted: ${cut})`}:\n${changes}`,
  ];
  return {
    messages: [
      { role: "system", content: system + instructionsText({ user: instructions, workspace: workspaceInstructions }) },
      { role: "user", content: parts.join("\n\n") },
    ],
  };
}

/** Whether most subjects are Conventional Commits, such as `feat: …` or `fix(parser)!: …`. */
export function isConventional(subjects: readonly string[]): boolean {
  const typed = subjects.filter((subject) => /^[a-z]+(?:\([^()]+\))?!?: \S/.test(subject));
  return typed.length > subjects.length / 2;
}

/** The message in an answer, without the fence, label or quotes that some models add. */
export function messageIn(answer: string): string {
  // What follows the fence is about the message.
  const fenced = /^(?:[^\n]*:[ \t]*\n+)?(`{3,8})[\w-]*\n([\s\S]*?)\n\1[ \t]*(?:\n|$)/.exec(answer.trimStart());
  const bare = (fenced?.[2] ?? answer)
    .replace(/^\s*(?:here(?:'s| is)[^\n]*:\s*\n)?\s*/i, "")
    .replace(/^(?:\*\*)?commit message:?(?:\*\*)?:?\s*/i, "")
    .replace(/^`{3,}[\w-]*(?:\n|$)/, "")
    .replace(/\n?`{3,}\s*$/, "")
    .trim();
  const quoted = /^(["'`])([^\n]*)\1$/.exec(bare);
  return quoted?.[2] ?? bare;
}
