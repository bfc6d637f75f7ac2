import { lookedAt } from "../context/activeEditorContext";
import type { Ask } from "./question";

/** Puts what the user is looking at beside the composer, for a question about it; with nothing open it is a question all the same. */
export async function askSelection(ask: Ask): Promise<void> {
  const attachments = await lookedAt();
  if (attachments) await ask({ attachments, submit: false });
}
