import { t } from "@vscode/l10n";

/** The message for code with a placeholder whose secret is not in memory, such as after a restart. */
export function unknownPlaceholderMessage(placeholder: string): string {
  return t(
    "The code contains {0}, which stands for a secret that is no longer known, so nothing was changed. Ask again to get code that can be applied.",
    placeholder,
  );
}
