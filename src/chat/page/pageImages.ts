import { randomUUID } from "node:crypto";
import type { Attachment, ImageAttachment } from "../../context/attachment";
import { imageMediaType } from "../../context/imageFormat";
import type { ToWebview } from "./protocol";

/**
 * Pictures from files on their way through the page, which draws them anew: upright, as small as models need them, without metadata. The
 * extension host has nothing that decodes pictures.
 */
export class PageImages {
  readonly #tell: (message: ToWebview) => void;
  readonly #pending = new Map<string, { message: ToWebview; take: (data: string | undefined) => void }>();

  constructor(tell: (message: ToWebview) => void) {
    this.#tell = tell;
  }

  /** The same attachments with pictures as the page drew them; those that it cannot draw are left out, and the page says so. */
  async fit(attachments: readonly Attachment[]): Promise<readonly Attachment[]> {
    const fitted = await Promise.all(
      attachments.map((each) => (each.kind === "image" ? this.#fitOne(each) : Promise.resolve(each))),
    );
    return fitted.filter((each) => each !== undefined);
  }

  /** What the page answers: base64, or nothing where it cannot draw the picture. */
  fitted(id: string, data: string | undefined): void {
    this.#pending.get(id)?.take(data);
    this.#pending.delete(id);
  }

  /** Another page is there: it has heard of none. */
  repost(): void {
    for (const { message } of this.#pending.values()) this.#tell(message);
  }

  /** There will be no page any more. */
  cancelAll(): void {
    for (const id of [...this.#pending.keys()]) this.fitted(id, undefined);
  }

  async #fitOne(image: ImageAttachment): Promise<ImageAttachment | undefined> {
    const id = randomUUID();
    const message: ToWebview = { type: "fit-image", id, label: image.label, data: image.data };
    const data = await new Promise<string | undefined>((take) => {
      this.#pending.set(id, { message, take });
      this.#tell(message);
    });
    const mediaType = data === undefined ? undefined : imageMediaType(Buffer.from(data.slice(0, 32), "base64"));
    return data === undefined || mediaType === undefined ? undefined : { ...image, mediaType, data };
  }
}
