import { t } from "@vscode/l10n";
import type { ConversationChange } from "../storage/openConversation";
import type { Notice } from "./protocol";

/** The notice for a conversation that cannot be saved, is saved again, was deleted in another window, or whose queue was returned. */
export function changeNotice(
  change: ConversationChange & { type: "unsaved" | "saved" | "deleted" | "queue-returned" },
): Notice {
  switch (change.type) {
    case "unsaved":
      return { about: "saving", severity: "error", text: unsavedMessage(change.error) };
    case "saved":
      return {
        about: "saving",
        severity: "info",
        text: t("This chat has been saved, including everything that could not be saved before."),
      };
    case "queue-returned":
      return {
        about: "queue",
        severity: "info",
        text:
          change.questions === 1
            ? t("The queued question was returned to the composer.")
            : t("{0} queued questions were returned to the composer, separated by blank lines.", change.questions),
      };
    case "deleted":
      return {
        about: "file",
        severity: "info",
        text: t("This chat was deleted in another window. Send a question here to restore it."),
      };
  }
}

/** The notice for a conversation whose file was partly damaged. */
export function damageNotice(bytes: number): Notice {
  return {
    about: "file",
    severity: "error",
    text: t(
      "Part of this chat's file was damaged and could not be read ({0} bytes). The rest of the chat is intact.",
      bytes,
    ),
  };
}

function unsavedMessage(error: unknown): string {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (code === "ENOSPC" || code === "EDQUOT")
    return t(
      "Could not save this chat because the disk is full. Free up some space and keep VS Code open. Saving retries automatically.",
    );
  if (code === "EACCES" || code === "EPERM" || code === "EROFS")
    return t(
      "Could not save this chat because its folder is not writable. Make the folder writable and keep VS Code open. Saving retries automatically.",
    );
  return t(
    "Could not save this chat: {0}. Keep VS Code open. Saving retries automatically.",
    error instanceof Error ? error.message : String(error),
  );
}
