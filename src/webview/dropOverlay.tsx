import { t } from "@vscode/l10n";
import { useEffect, useState } from "preact/hooks";
import { Icon } from "./icon";
import { dismissAnsweredNotices } from "./pageState";
import { isAttachable, receiveTransfer } from "./pasteAndDrop";

/** VS Code can take over a drag without a `dragleave`, so the drag counts as ended when no event arrives for this long. */
const dragTimeoutMs = 400;

/** The hint shown while something is dragged over the chat. VS Code passes a drop to a webview only while Shift is pressed. */
export function DropOverlay() {
  const [drag, setDrag] = useState<"none" | "with-shift" | "without-shift">("none");
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
      timer = setTimeout(end, dragTimeoutMs);
      setDrag(event.shiftKey ? "with-shift" : "without-shift");
    };
    const drop = (event: DragEvent): void => {
      end();
      dismissAnsweredNotices();
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
      <p>{drag === "with-shift" ? t("Drop to attach") : t("Hold Shift and drop to attach")}</p>
    </div>
  );
}
