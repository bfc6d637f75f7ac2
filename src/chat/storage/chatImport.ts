import { t } from "@vscode/l10n";
import * as z from "zod/mini";
import { storedImages } from "../conversation/conversation";
import { applyAll } from "../conversation/applyAll";
import { emptyConversation } from "../conversation/conversationEvent";
import { exportFormat, type ConversationWithImages } from "./chatExport";
import { parseEvent } from "./conversationSchema";
import type { ConversationStore } from "./conversationStore";
import { importedConversation } from "./importedConversation";

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
        const conversation = importedConversation(exported.conversation, store.isInWorkspace);
        // The stored copy is the exported one if the chat was written here, and the changed one if it was imported before.
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

const exported = z.object({
  format: z.literal(exportFormat),
  version: z.literal(1),
  conversations: z.array(
    z.object({ id: z.string(), events: z.array(z.unknown()), images: z.record(z.string(), z.string()) }),
  ),
});

/** The conversations of an exported file. Throws an `Error` with a message for the user if the file is not an export. */
export function readExport(text: string): ConversationWithImages[] {
  const result = exported.safeParse(parseJson(text));
  if (!result.success) throw notAnExport();
  return result.data.conversations.map(({ id, events, images }) => {
    const known = events.map(parseEvent).filter((event) => event !== undefined);
    const conversation = applyAll(emptyConversation(id, 0), known);
    const imageData = new Map(Object.entries(images)); // A map, since objects inherit keys such as "constructor".
    const found = storedImages(conversation).flatMap((image) => {
      const data = imageData.get(image.id);
      return data === undefined ? [] : [[image.id, { ...image, data }] as const];
    });
    return { conversation, images: new Map(found) };
  });
}

/** The error for a file without any conversation that this version can read. */
export function notAnExport(): Error {
  return new Error(t("The file contains no exported chats."));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
