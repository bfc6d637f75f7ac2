const fence = /^ {0,3}(`{3,}|~{3,})(.*)$/;

/** The line that closes the code block in which the Markdown ends, with a line break before it; empty if it ends outside of code. */
export function closingFence(markdown: string): string {
  let open: string | undefined;
  for (const line of markdown.split("\n")) {
    const [, marks = "", info = ""] = fence.exec(line) ?? [];
    if (marks === "") continue;
    if (open === undefined) {
      // A code span can also start with three backticks.
      if (marks.startsWith("~") || !info.includes("`")) open = marks;
    } else if (marks.startsWith(open) && info.trim() === "") {
      open = undefined;
    }
  }
  return open === undefined ? "" : `\n${open}`;
}
