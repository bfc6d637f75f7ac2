import { t } from "@vscode/l10n";
import { useEffect, useState } from "preact/hooks";
import { Icon } from "./icon";
import { isAttachable, receiveTransfer } from "./pasteAndDrop";

/** A drag that left without saying so (VS Code takes it over) is over when nothing was heard for so long. */
const silenceMs = 400;

/** Says, while something is dragged over the chat, that it can be dropped: VS Code wants Shift held for that. */
export function DropOverlay() {
  const [drag, setDrag] = useState<"none" | "held" | "not-held">("none");
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const end = (): void => {
      clearTimeout(timer);
      setDrag("none");
    };
    const over = (event: DragEvent): void => {
      if (!event.dataTransfer || !isAttachable(event.dataTransfer)) return;
      event.preventDefault();
      event.dataTransfer.dropEffect = "copy";
      clearTimeout(timer);
      timer = setTimeout(end, silenceMs);
      setDrag(event.shiftKey ? "held" : "not-held");
    };
    const drop = (event: DragEvent): void => {
      end();
      if (event.dataTransfer && receiveTransfer(event.dataTransfer)) event.preventDefault();
    };
    document.addEventListener("dragenter", over);
    document.addEventListener("dragover", over);
    document.addEventListener("drop", drop);
    return () => {
      end();
      document.removeEventListener("dragenter", over);
      document.removeEventListener("dragover", over);
      document.removeEventListener("drop", drop);
    };
  }, []);
  if (drag === "none") return null;
  return (
    <div class="drop-overlay">
      <Icon name="attach" />
      <p>{drag === "held" ? t("Drop to attach") : t("Hold Shift and drop to attach")}</p>
    </div>
  );
}
