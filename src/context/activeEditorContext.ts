import { activeAttachments } from "./activeEditor";
import type { Attachment } from "./attachment";
import { confirmIgnored } from "./confirmIgnored";
import { withSurroundingCode } from "./surroundingCode";

/** The attachments of the active editor with surrounding code; `undefined` if the user declines to attach files that Git ignores. */
export async function activeEditorContext(): Promise<readonly Attachment[] | undefined> {
  return confirmIgnored(await withSurroundingCode(await activeAttachments()));
}
