/** The end of a system prompt: instructions with their author, each after an empty line. The user's come last, so that they take precedence. */
export function instructionsText({ user, workspace = "" }: { user: string; workspace: string | undefined }): string {
  return [
    ["The workspace's instructions", workspace.trim()],
    ["The user's instructions", user.trim()],
  ]
    .map(([heading, text]) => (text ? `\n\n${heading}:\n${text}` : ""))
    .join("");
}
