import { activeEditorContext } from "../context/activeEditorContext";
import type { CommandDependencies } from "./commandDependencies";

/** Puts what the user is looking at beside the composer, for a question about it; with nothing open it is a question all the same. */
export async function askSelection({ ask }: CommandDependencies): Promise<void> {
  const attachments = await activeEditorContext();
  if (attachments) await ask({ attachments, submit: false });
}
