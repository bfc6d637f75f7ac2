import { t } from "@vscode/l10n";
import type { ConversationStore } from "./conversationStore";
import { notAnExport, readExport, removeForeignUris } from "./chatExport";

/** A file that may hold exported conversations. */
export interface ImportSource {
  name: string;
  read: () => Promise<string>;
}

export interface ImportResult {
  /** The conversation to show: the last that came, or that was there already. */
  readonly last?: string;
  readonly added: number;
  /** How many were here already, word for word. */
  readonly present: number;
  /** What could not be taken in, a sentence each. */
  readonly problems: readonly string[];
}

/** Takes exported conversations into the store, each once however often it is imported. A file that is none keeps no other from coming in. */
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
      for (const whole of found) {
        const conversation = removeForeignUris(whole.conversation, store.isInWorkspace);
        // The user's own chats have all their addresses; one that was imported before has not.
        const same = (await store.findSame(whole.conversation)) ?? (await store.findSame(conversation));
        last = same ?? newId();
        if (same === undefined) await store.add(last, { ...whole, conversation });
        if (same === undefined) added += 1;
        else present += 1;
      }
    } catch (error) {
      problems.push(t("{0} was not imported: {1}", name, error instanceof Error ? error.message : String(error)));
    }
  }
  return { ...(last !== undefined && { last }), added, present, problems };
}
