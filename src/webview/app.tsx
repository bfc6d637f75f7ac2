import { useEffect } from "preact/hooks";
import { Announcer } from "./announcer";
import { isComposing } from "./imeComposition";
import { wrapsCode } from "./codeWrap";
import { Composer } from "./composer";
import { DropOverlay } from "./dropOverlay";
import { post } from "./host";
import { conversation, running } from "./pageState";
import { Notices } from "./notices";
import { Transcript } from "./transcript";

/** The page, rendered once the host has sent its state. */
export function App() {
  useEscapeToStop();
  if (conversation.value === undefined) return null;
  return (
    <main class={wrapsCode.value ? "chat wraps-code" : "chat"}>
      <Transcript />
      <div class="bottom">
        <Notices />
        <Composer />
      </div>
      <DropOverlay />
      <Announcer />
    </main>
  );
}

/** Escape stops the answer, wherever the focus is. An open list or find bar handles the key first. */
function useEscapeToStop(): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key !== "Escape" || event.defaultPrevented || isComposing(event) || !running.value) return;
      event.preventDefault();
      post({ type: "stop" });
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, []);
}
