import { t } from "@vscode/l10n";
import type { ConversationEntry } from "../storage/conversationIndex";

export interface HistorySection {
  title: string;
  entries: ConversationEntry[];
}

const day = 24 * 60 * 60 * 1000;

/** Groups chats under headings: pinned ones, then by age. Omits empty groups and keeps the order within each. */
export function historySections(entries: readonly ConversationEntry[], now: number): HistorySection[] {
  const today = new Date(now).setHours(0, 0, 0, 0);
  const sections: (HistorySection & { includes: (entry: ConversationEntry) => boolean })[] = [
    { title: t("pinned"), entries: [], includes: ({ pinned }) => pinned },
    { title: t("today"), entries: [], includes: ({ updatedAt }) => updatedAt >= today },
    { title: t("yesterday"), entries: [], includes: ({ updatedAt }) => updatedAt >= today - day },
    { title: t("last 7 days"), entries: [], includes: ({ updatedAt }) => updatedAt >= today - 7 * day },
    { title: t("last 30 days"), entries: [], includes: ({ updatedAt }) => updatedAt >= today - 30 * day },
    { title: t("older"), entries: [], includes: () => true },
  ];
  for (const entry of entries) sections.find(({ includes }) => includes(entry))?.entries.push(entry);
  return sections.filter((section) => section.entries.length > 0).map(({ title, entries }) => ({ title, entries }));
}
