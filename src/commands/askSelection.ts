import { activeEditorContext } from "../context/activeEditorContext";
import type { AskInChat } from "./question";

/** Puts what the user is looking at beside the composer, for a question about it; with nothing open it is a question all the same. */
export async function askSelection(ask: AskInChat): Promise<void> {
  const attachments = await activeEditorContext();
  if (attachments) await ask({ attachments, submit: false });
}
