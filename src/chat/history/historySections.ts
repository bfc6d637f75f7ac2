import { t } from "@vscode/l10n";
import type { ConversationEntry } from "../storage/conversationIndex";

export interface HistorySection {
  title: string;
  entries: ConversationEntry[];
}

const day = 24 * 60 * 60 * 1000;

/** The list under headings: pinned, then by age as one remembers it. Empty ones are left out; the order within stays. */
export function historySections(entries: readonly ConversationEntry[], now: number): HistorySection[] {
  const today = new Date(now).setHours(0, 0, 0, 0);
  const sections: (HistorySection & { holds: (entry: ConversationEntry) => boolean })[] = [
    { title: t("pinned"), entries: [], holds: ({ pinned }) => pinned },
    { title: t("today"), entries: [], holds: ({ updatedAt }) => updatedAt >= today },
    { title: t("yesterday"), entries: [], holds: ({ updatedAt }) => updatedAt >= today - day },
    { title: t("last 7 days"), entries: [], holds: ({ updatedAt }) => updatedAt >= today - 7 * day },
    { title: t("last 30 days"), entries: [], holds: ({ updatedAt }) => updatedAt >= today - 30 * day },
    { title: t("older"), entries: [], holds: () => true },
  ];
  for (const entry of entries) sections.find(({ holds }) => holds(entry))?.entries.push(entry);
  return sections
    .filter((section) => section.entries.length > 0)
    .map(({ title, entries: own }) => ({ title, entries: own }));
}
