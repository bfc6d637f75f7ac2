import { t } from "@vscode/l10n";
import { useEffect, useRef } from "preact/hooks";
import type { Mention } from "../context/attachment";
import { attachmentIcons } from "../context/attachmentIcons";
import { announce } from "./announcer";
import { Icon } from "./icon";
import { chooseMention, mentionSearch } from "./mentionSearch";

/** The id of the list, and the prefix of its row ids. The text field refers to both with ARIA attributes. */
export const mentionListId = "mentions";

export function mentionRowId(index: number): string {
  return `${mentionListId}-${index}`;
}

/** The attachments that match the `@` query, above the composer. The focus stays in the text field. */
export function MentionList() {
  const search = mentionSearch.value;
  const count = search?.settled ? search.results.length : undefined;
  useEffect(() => {
    if (count !== undefined) announce(count === 0 ? t("No matching results") : t("{0} found.", count));
  }, [count, search?.query.text]);
  if (!search) return null;
  return (
    // A scrollable element must be focusable. It never gets the focus: clicks leave it in the text field, Shift+Tab closes the list.
    <div class="mentions" tabIndex={0} onMouseDown={(event) => event.preventDefault()}>
      <ul id={mentionListId} role="listbox" aria-label={t("Attach")} aria-busy={!search.settled}>
        {search.results.map((mention, index) => (
          <Row key={mention.id} mention={mention} index={index} isActive={index === search.active} />
        ))}
      </ul>
      {search.results.length === 0 && (
        <p class="mentions-empty">{search.settled ? t("No matching results") : t("Searching…")}</p>
      )}
    </div>
  );
}

function Row({ mention, index, isActive }: { mention: Mention; index: number; isActive: boolean }) {
  const { kind, label, description } = mention;
  const row = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (isActive) row.current?.scrollIntoView({ block: "nearest" });
  }, [isActive]);
  return (
    <li
      ref={row}
      id={mentionRowId(index)}
      role="option"
      class="mention"
      aria-selected={isActive}
      title={description === "" ? label : `${label} · ${description}`}
      onClick={() => chooseMention(index)}
    >
      <Icon name={attachmentIcons[kind]} />
      <span class="mention-label">{label}</span>
      {description !== "" && <span class="mention-description">{description}</span>}
    </li>
  );
}
