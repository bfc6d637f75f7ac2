import { t } from "@vscode/l10n";
import { useEffect, useRef } from "preact/hooks";
import type { Mention } from "../context/attachment";
import { announce } from "./announcer";
import { attachmentIcons } from "./attachmentChips";
import { Icon } from "./icon";
import { chooseMention, mentionSearch } from "./mentionSearch";

/** The list's id, and what each row's begins with: the text field points there. */
export const mentionListId = "mentions";

export function mentionRowId(index: number): string {
  return `${mentionListId}-${index}`;
}

/** What can be attached by the `@` that is being typed, above the composer. The focus stays in the text. */
export function MentionList() {
  const search = mentionSearch.value;
  const count = search?.settled ? search.found.length : undefined;
  useEffect(() => {
    if (count !== undefined) announce(count === 0 ? t("Nothing found.") : t("{0} found.", count));
  }, [count, search?.asked.query]);
  if (!search) return null;
  return (
    // What scrolls has to be able to take the focus; it never gets it, since clicks leave it in the text and Shift+Tab closes the list.
    <div class="mentions" tabIndex={0} onMouseDown={(event) => event.preventDefault()}>
      <ul id={mentionListId} role="listbox" aria-label={t("Attach")} aria-busy={!search.settled}>
        {search.found.map((mention, index) => (
          <Row key={mention.id} mention={mention} index={index} isActive={index === search.active} />
        ))}
      </ul>
      {search.found.length === 0 && (
        <p class="mentions-none">{search.settled ? t("Nothing found to attach") : t("Searching…")}</p>
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
      <Icon name={kind === "symbol" ? "symbol-method" : attachmentIcons[kind]} />
      <span class="mention-label">{label}</span>
      {description !== "" && <span class="mention-description">{description}</span>}
    </li>
  );
}
