import { t } from "@vscode/l10n";
import { useState } from "preact/hooks";
import type { AttachmentView } from "../chat/page/protocol";
import { attachmentIcons } from "../context/attachmentIcons";
import { visibleName, visibleText } from "../visibleText";
import { post } from "./host";
import { Icon, IconButton } from "./icon";
import { attachmentTexts } from "./pageState";
import { formatNumber } from "./numberFormat";

interface ChipsProps {
  attachments: readonly AttachmentView[];
  /** Only in the composer: adds a remove button to each chip. */
  onRemove?: (id: string) => void;
  /** Only in the composer: removes all that the user attached. Offered while there are many. */
  onRemoveAll?: () => void;
}

/** From so many attachments, removing one after another is tedious. */
const many = 4;

/** The attachments of a question as chips. A click on a chip opens its preview. */
export function AttachmentChips({ attachments, onRemove, onRemoveAll }: ChipsProps) {
  const [openId, setOpenId] = useState<string | undefined>(undefined);
  if (attachments.length === 0) return null;
  const openAttachment = attachments.find(({ id }) => id === openId);
  return (
    <div class="attachments">
      <ul class="chips" aria-label={t("Attachments")}>
        {attachments.map((attachment) => (
          <Chip
            key={attachment.id}
            attachment={attachment}
            isOpen={attachment.id === openId}
            onToggle={() => setOpenId(attachment.id === openId ? undefined : attachment.id)}
            {...(onRemove && { onRemove: () => onRemove(attachment.id) })}
          />
        ))}
        {onRemoveAll && attachments.length >= many && (
          <li>
            <button type="button" class="text-button chips-remove-all" onClick={onRemoveAll}>
              {t("Remove All")}
            </button>
          </li>
        )}
      </ul>
      {openAttachment && <Preview attachment={openAttachment} canEdit={onRemove !== undefined} />}
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
  const { id, kind, url, cut } = attachment;
  const label = visibleName(attachment.label);
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

/** In a narrow view, first the folder and then the name are truncated; the file extension and the lines stay visible. */
function ChipText({ label }: { label: string }) {
  const [, folder = "", name = label, suffix = ""] =
    /^(.*[\\/](?=.))?(.*?)((?:\.\w{1,6})?(?::\d+(?:-\d+)?)?)$/su.exec(label) ?? [];
  return (
    <span class="chip-text" dir="ltr">
      {folder !== "" && <span class="chip-folder">{folder}</span>}
      <span class="chip-name">{name}</span>
      {suffix !== "" && <span class="chip-suffix">{suffix}</span>}
    </span>
  );
}

function Preview({ attachment, canEdit }: { attachment: AttachmentView; canEdit: boolean }) {
  const { id, url, cut, reason } = attachment;
  const label = visibleName(attachment.label);
  const texts = attachmentTexts.value[id];
  return (
    <div class="chip-preview" role="group" aria-label={label}>
      {reason !== undefined && <p class="chip-cut">{visibleText(reason)}</p>}
      {cut !== undefined && <p class="chip-cut">{t("Left out: {0}", cut)}</p>}
      {url === undefined ? <pre tabIndex={0}>{texts?.text ?? "…"}</pre> : <img src={url} alt={label} />}
      {attachment.surroundings && (
        <>
          <div class="chip-surroundings">
            <p>{t("Surrounding code, sent as context:")}</p>
            {canEdit && (
              <IconButton
                icon="close"
                label={t("Exclude surrounding code")}
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

function tooltip({ label, length, surroundings, cut, reason }: AttachmentView): string {
  const lengthText = length === undefined ? "" : ` · ${t("{0} characters", formatNumber(length))}`;
  const size = surroundings ? `${lengthText}, ${t("including surrounding code")}` : lengthText;
  const why = reason === undefined ? "" : ` · ${visibleText(reason)}`;
  return `${visibleName(label)}${why}${size}${cut === undefined ? "" : ` · ${t("Left out: {0}", cut)}`}`;
}
