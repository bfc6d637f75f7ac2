import type { Attachment } from "../../context/attachment";
import type { Session } from "../session/session";
import type { PageDependencies } from "./pageDependencies";
import type { Notice, ToWebview } from "./protocol";

/** The part of a chat page that handlers of its messages use. */
export interface PageHandle {
  /** Posts to the page; does nothing if the page is not ready. */
  post(message: ToWebview): void;
  notice(notice: Notice): void;
  /** Focuses the composer. */
  focus(): void;
  /** Posts the current draft, which unlocks the composer after a submit. */
  postDraft(): void;
  /** Adds attachments to the composer. A question that is submitted meanwhile waits for them. */
  attach(found: readonly Attachment[] | Promise<readonly Attachment[]>): Promise<void>;
  /** The attachments with images that fit. */
  fit(attachments: readonly Attachment[]): Promise<readonly Attachment[]>;
  /** Receives the resized image from the page; `undefined` if the page could not decode it. */
  imageFitted(id: string, data: string | undefined): void;
  updateSendPreview(): void;
  /** Aborts the previous search for mentions and returns the signal of the next one. */
  nextSearch(): AbortSignal;
}

export interface PageContext {
  page: PageHandle;
  session: Session;
  dependencies: PageDependencies;
}
