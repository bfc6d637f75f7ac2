/** Wraps code in a Markdown code fence that is longer than any run of backticks in the code. */
export function fenced(code: string, language = ""): string {
  const longest = Math.max(2, ...Array.from(code.matchAll(/`{3,}/g), ([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${code}${code.endsWith("\n") ? "" : "\n"}${fence}`;
}

/** The text with a closing fence if it ends within a code block, so that what follows it does not become code. */
export function closeFence(text: string): string {
  let open: string | undefined;
  for (const line of text.split("\n")) {
    const fence = fencePattern.exec(line)?.[1];
    if (open === undefined) open = fence;
    else if (fence?.startsWith(open) && line.trim() === fence) open = undefined;
  }
  return open === undefined ? text : `${text}\n${open}`;
}

/** The start of a line that opens or closes a code block. After backticks, another one makes it inline code. */
const fencePattern = /^ {0,3}(`{3,}(?!.*`)|~{3,})/;
