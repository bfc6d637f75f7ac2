import { randomUUID } from "node:crypto";
import type { Attachment, ImageAttachment } from "../../context/attachment";
import { imageMediaType } from "../../context/imageFormat";
import type { ToWebview } from "./protocol";

/**
 * Sends image files through the page, which rotates them upright, scales them down, and removes metadata. The extension host
 * cannot decode images.
 */
export class PageImages {
  readonly #post: (message: ToWebview) => void;
  readonly #pending = new Map<string, { message: ToWebview; resolve: (data: string | undefined) => void }>();

  constructor(post: (message: ToWebview) => void) {
    this.#post = post;
  }

  /** The attachments with scaled images. Omits images that the page cannot decode, about which the page shows a notice. */
  async fit(attachments: readonly Attachment[]): Promise<readonly Attachment[]> {
    const fitted = await Promise.all(
      attachments.map((each) => (each.kind === "image" ? this.#fitOne(each) : Promise.resolve(each))),
    );
    return fitted.filter((each) => each !== undefined);
  }

  /** Receives the reply of the page: base64, or `undefined` if it cannot decode the image. */
  fitted(id: string, data: string | undefined): void {
    this.#pending.get(id)?.resolve(data);
    this.#pending.delete(id);
  }

  /** Posts all pending requests to a page that has been reloaded. */
  repost(): void {
    for (const { message } of this.#pending.values()) this.#post(message);
  }

  /** Resolves all pending requests without an image. */
  cancelAll(): void {
    for (const id of [...this.#pending.keys()]) this.fitted(id, undefined);
  }

  async #fitOne(image: ImageAttachment): Promise<ImageAttachment | undefined> {
    const id = randomUUID();
    const message: ToWebview = { type: "fit-image", id, label: image.label, data: image.data };
    const data = await new Promise<string | undefined>((resolve) => {
      this.#pending.set(id, { message, resolve });
      this.#post(message);
    });
    const mediaType = data === undefined ? undefined : imageMediaType(Buffer.from(data.slice(0, 32), "base64"));
    return data === undefined || mediaType === undefined ? undefined : { ...image, mediaType, data };
  }
}
