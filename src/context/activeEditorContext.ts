import { activeAttachments } from "./activeEditor";
import type { Attachment } from "./attachment";
import { confirmAttachments } from "./confirmSecrets";
import { withSurroundingCode } from "./surroundingCode";

/** The attachments of the active editor with surrounding code; `undefined` if the user declines to send possible secrets. */
export async function activeEditorContext(): Promise<readonly Attachment[] | undefined> {
  return confirmAttachments(await withSurroundingCode(await activeAttachments()));
}
