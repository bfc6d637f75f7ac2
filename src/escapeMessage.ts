/**
 * A sentence in which VS Code sees no link. In notifications and under input boxes it makes one of `[words](command:…)`, and a click runs the
 * command; our sentences quote files, models and services, any of which may be called so.
 */
export function escapeMessage(sentence: string): string {
  return sentence.replaceAll("](", "] (");
}
