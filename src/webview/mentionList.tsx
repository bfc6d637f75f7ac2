import { t } from "@vscode/l10n";
import { useEffect, useRef } from "preact/hooks";
import type { Source } from "../context/attachment";
import { announce } from "./announcer";
import { attachmentIcons } from "./attachmentChips";
import { Icon } from "./icon";
import { chooseSource, sourceSearch } from "./mentionSearch";

/** The list's id, and what each row's begins with: the text field points there. */
export const sourceListId = "sources";

export function sourceRowId(index: number): string {
  return `${sourceListId}-${index}`;
}

/** What can be attached by the `@` that is being typed, above the composer. The focus stays in the text. */
export function SourceList() {
  const search = sourceSearch.value;
  const count = search?.settled ? search.found.length : undefined;
  useEffect(() => {
    if (count !== undefined) announce(count === 0 ? t("Nothing found.") : t("{0} found.", count));
  }, [count, search?.asked.query]);
  if (!search) return null;
  return (
    // What scrolls has to be able to take the focus; it never gets it, since clicks leave it in the text and Shift+Tab closes the list.
    <div class="sources" tabIndex={0} onMouseDown={(event) => event.preventDefault()}>
      <ul id={sourceListId} role="listbox" aria-label={t("Attach")} aria-busy={!search.settled}>
        {search.found.map((source, index) => (
          <Row key={source.id} source={source} index={index} isActive={index === search.active} />
        ))}
      </ul>
      {search.found.length === 0 && (
        <p class="sources-none">{search.settled ? t("Nothing found to attach") : t("Searching…")}</p>
      )}
    </div>
  );
}

function Row({ source, index, isActive }: { source: Source; index: number; isActive: boolean }) {
  const { kind, label, description } = source;
  const row = useRef<HTMLLIElement>(null);
  useEffect(() => {
    if (isActive) row.current?.scrollIntoView({ block: "nearest" });
  }, [isActive]);
  return (
    <li
      ref={row}
      id={sourceRowId(index)}
      role="option"
      class="source"
      aria-selected={isActive}
      title={description === "" ? label : `${label} · ${description}`}
      onClick={() => chooseSource(index)}
    >
      <Icon name={kind === "symbol" ? "symbol-method" : attachmentIcons[kind]} />
      <span class="source-label">{label}</span>
      {description !== "" && <span class="source-description">{description}</span>}
    </li>
  );
}
