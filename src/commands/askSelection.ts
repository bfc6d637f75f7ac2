import { activeEditorContext } from "../context/activeEditorContext";
import type { CommandDependencies } from "./commandDependencies";

/** Attaches the selection, or the whole file, for a question about it; opens the chat even if there is nothing to attach. */
export async function askSelection({ ask }: CommandDependencies): Promise<void> {
  const attachments = await activeEditorContext();
  if (attachments) await ask({ attachments, submit: false });
}
