/**
 * Prevents VS Code from turning text into a link. Notifications and input boxes render `[text](command:…)` as a link that runs the
 * command, and our messages quote names of files and models and texts from services, which could contain one.
 */
export function escapeMessage(sentence: string): string {
  return sentence.replaceAll("](", "] (");
}
