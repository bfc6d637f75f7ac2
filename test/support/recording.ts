import type { Page } from "playwright-core";
import sharp from "sharp";

/** Records a window as an animated WebP image, picture by picture, so that the speed of the machine does not show. */
export class Recording {
  readonly #page: Page;
  readonly #pictures: Buffer[] = [];
  readonly #delays: number[] = [];

  constructor(page: Page) {
    this.#page = page;
  }

  /** Adds the window as it is now, for so many milliseconds. */
  async show(ms: number): Promise<void> {
    const picture = await this.#page.screenshot();
    if (this.#pictures.at(-1)?.equals(picture)) this.#delays[this.#delays.length - 1]! += ms;
    else {
      this.#pictures.push(picture);
      this.#delays.push(ms);
    }
  }

  /** Adds pictures of this length until the work is done. */
  async showWhile(work: Promise<unknown>, ms: number): Promise<void> {
    const done = work.then(() => "done" as const);
    do await this.show(ms);
    while ((await Promise.race([done, Promise.resolve()])) !== "done");
  }

  /** Writes the image, which repeats for ever. Resolves to its size in bytes. */
  async save(file: string): Promise<number> {
    const { size } = await sharp(this.#pictures, { join: { animated: true } })
      .webp({ delay: this.#delays, loop: 0, quality: 75, effort: 4, minSize: true, smartSubsample: true })
      .toFile(file);
    return size;
  }
}
