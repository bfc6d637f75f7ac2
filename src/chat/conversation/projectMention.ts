const mention = /(^|\s)@project(?:\s|$)/gi;

/** The question without `@project`, if it asks about the project; else `undefined`. */
export function projectQuestion(text: string): string | undefined {
  return text.search(mention) < 0 ? undefined : withoutProjectMention(text);
}

/** The text as it is sent: the mention is for this extension, not for the model. */
export function withoutProjectMention(text: string): string {
  return text.replace(mention, "$1").trim();
}

/** The text as a question about the project, to be completed: with the mention at its start, unless it has one. */
export function withProjectMention(text: string): string {
  return projectQuestion(text) === undefined ? `@project ${text}` : text;
}
