import { activeAttachments } from "../context/activeEditor";
import type { Ask } from "./question";

/** Puts what the user is looking at beside the composer, for a question about it; with nothing open it is a question all the same. */
export async function askSelection(ask: Ask): Promise<void> {
  await ask({ attachments: await activeAttachments(), submit: false });
}
