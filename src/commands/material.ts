import type { Attachment } from "../context/attachment";

/** Where prompts take their material from, and who is asked about what looks secret: the one room for that, handed over. */
export interface Material {
  /** What the user is looking at, as far as they let it be sent; empty without an editor. */
  fromEditor(): Promise<readonly Attachment[]>;
  /** What may be sent of these; undefined where the user says no. */
  confirm<T extends Attachment>(attachments: readonly T[]): Promise<readonly T[] | undefined>;
}
