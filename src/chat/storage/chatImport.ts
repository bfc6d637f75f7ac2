import { t } from "@vscode/l10n";
import type { ConversationStore } from "./conversationStore";
import { notAnExport, readExport, removeForeignUris } from "./chatExport";

/** A file that the user selected for import. */
export interface ImportSource {
  name: string;
  read: () => Promise<string>;
}

export interface ImportResult {
  /** Id of the conversation to show: the last one imported or already present. */
  readonly last?: string;
  readonly added: number;
  /** How many already existed with the same content. */
  readonly present: number;
  /** One message per file that could not be imported. */
  readonly problems: readonly string[];
}

/** Adds exported conversations to the store, except those that it already has. A broken file does not stop the import of others. */
export async function importChats(
  store: ConversationStore,
  files: readonly ImportSource[],
  newId: () => string,
): Promise<ImportResult> {
  let last: string | undefined;
  let added = 0;
  let present = 0;
  const problems: string[] = [];
  for (const { name, read } of files) {
    try {
      const found = readExport(await read()).filter(({ conversation }) => conversation.turns.length > 0);
      if (found.length === 0) throw notAnExport();
      for (const exported of found) {
        const conversation = removeForeignUris(exported.conversation, store.isInWorkspace);
        // The stored copy has all URIs if the chat was written here, and fewer if it was imported before.
        const existing = (await store.findSame(exported.conversation)) ?? (await store.findSame(conversation));
        last = existing ?? newId();
        if (existing === undefined) {
          await store.add(last, { ...exported, conversation });
          added += 1;
        } else present += 1;
      }
    } catch (error) {
      problems.push(t("Could not import {0}: {1}", name, error instanceof Error ? error.message : String(error)));
    }
  }
  return { ...(last !== undefined && { last }), added, present, problems };
}
