import { t } from "@vscode/l10n";
import { useState } from "preact/hooks";
import type { AttachmentView } from "../chat/page/protocol";
import { post } from "./host";
import { Icon, IconButton } from "./icon";
import { attachmentTexts } from "./pageState";
import { count } from "./numberFormat";

/** One kind, one icon. */
export const attachmentIcons: Readonly<Record<AttachmentView["kind"], string>> = {
  selection: "list-selection",
  file: "file-code",
  folder: "folder",
  problem: "warning",
  terminal: "terminal",
  diff: "diff",
  instructions: "book",
  image: "file-media",
};

interface ChipsProps {
  attachments: readonly AttachmentView[];
  /** Given in the composer: each chip can be taken away there. */
  onRemove?: (id: string) => void;
}

/** What is sent with a question: a chip each; a click shows what is in it. */
export function AttachmentChips({ attachments, onRemove }: ChipsProps) {
  const [open, setOpen] = useState<string | undefined>(undefined);
  if (attachments.length === 0) return null;
  const opened = attachments.find(({ id }) => id === open);
  return (
    <div class="attachments">
      <ul class="chips" aria-label={t("Attached")}>
        {attachments.map((attachment) => (
          <Chip
            key={attachment.id}
            attachment={attachment}
            isOpen={attachment.id === open}
            onToggle={() => setOpen(attachment.id === open ? undefined : attachment.id)}
            {...(onRemove && { onRemove: () => onRemove(attachment.id) })}
          />
        ))}
      </ul>
      {opened && <Preview attachment={opened} canChange={onRemove !== undefined} />}
    </div>
  );
}

interface ChipProps {
  attachment: AttachmentView;
  isOpen: boolean;
  onToggle: () => void;
  onRemove?: () => void;
}

function Chip({ attachment, isOpen, onToggle, onRemove }: ChipProps) {
  const { id, kind, label, url, cut } = attachment;
  const toggle = (): void => {
    if (!isOpen && url === undefined && attachmentTexts.value[id] === undefined) post({ type: "expand", id });
    onToggle();
  };
  return (
    <li class={`chip${isOpen ? " open" : ""}`}>
      <button type="button" class="chip-label" aria-expanded={isOpen} title={tooltip(attachment)} onClick={toggle}>
        {url === undefined ? <Icon name={attachmentIcons[kind]} /> : <img class="chip-thumbnail" src={url} alt="" />}
        <ChipText label={label} />
        {cut !== undefined && <Icon name="warning" />}
      </button>
      {onRemove && <IconButton icon="close" label={t("Remove {0}", label)} onClick={onRemove} class="chip-remove" />}
    </li>
  );
}

/** Where there is no room for all of it, the folder gives way first and the name in its middle; its end and the lines stay. */
function ChipText({ label }: { label: string }) {
  const [, folder = "", name = label, end = ""] =
    /^(.*[\\/](?=.))?(.*?)((?:\.\w{1,6})?(?::\d+(?:-\d+)?)?)$/su.exec(label) ?? [];
  return (
    <span class="chip-text" dir="ltr">
      {folder !== "" && <span class="chip-folder">{folder}</span>}
      <span class="chip-name">{name}</span>
      {end !== "" && <span class="chip-end">{end}</span>}
    </span>
  );
}

function Preview({ attachment, canChange }: { attachment: AttachmentView; canChange: boolean }) {
  const { id, label, url, cut } = attachment;
  const texts = attachmentTexts.value[id];
  return (
    <div class="chip-preview" role="group" aria-label={label}>
      {cut !== undefined && <p class="chip-cut">{t("Left out: {0}", cut)}</p>}
      {url === undefined ? <pre tabIndex={0}>{texts?.text ?? "…"}</pre> : <img src={url} alt={label} />}
      {attachment.surroundings && (
        <>
          <div class="chip-around">
            <p>{t("Sent with it, for orientation:")}</p>
            {canChange && (
              <IconButton
                icon="close"
                label={t("Leave out what stands around it")}
                onClick={() => post({ type: "detach-surroundings", id })}
              />
            )}
          </div>
          <pre tabIndex={0}>{texts?.surroundings ?? "…"}</pre>
        </>
      )}
    </div>
  );
}

function tooltip({ label, length, surroundings, cut }: AttachmentView): string {
  const characters = length === undefined ? "" : ` · ${t("{0} characters", count(length))}`;
  const size = surroundings ? `${characters}, ${t("with what stands around it")}` : characters;
  return `${label}${size}${cut === undefined ? "" : ` · ${t("Left out: {0}", cut)}`}`;
}
