import { activeAttachments } from "./activeEditor";
import type { Attachment } from "./attachment";
import { confirmAttachments } from "./confirmSecrets";
import { withSurroundingCode } from "./surroundingCode";

/** What the user is looking at, with what stands around it; empty for nothing, undefined where they do not want it sent. */
export async function activeEditorContext(): Promise<readonly Attachment[] | undefined> {
  return confirmAttachments(await withSurroundingCode(await activeAttachments()));
}
